/** Two people on one record see each other: [data-present] says who else is here and what they change. */
const shown = document.querySelector("[data-present]")
const RENEWED = 60_000
let told = ""
let timer

document.body.addEventListener("live:present", ({ detail }) => {
  if (!shown || shown.dataset.present !== String(detail.customer)) return
  const words = detail.people.map(({ name, editing }) =>
    editing ? shown.dataset.edits.replace("{name}", name) + editing : shown.dataset.here.replace("{name}", name),
  )
  shown.textContent = words.join(" · ")
  shown.hidden = !words.length
})

function tell(name) {
  clearInterval(timer)
  if (name === told && !name) return
  told = name
  const token = JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")
  const body = new URLSearchParams({ customer: shown.dataset.present, editing: name })
  const say = () => fetch(document.body.dataset.live, { method: "POST", headers: token, body }).catch(() => {})
  say()
  if (name) timer = setInterval(say, RENEWED)
}

/** The name of the field that has the focus, where it is one of the customer's. */
function changing() {
  const one = document.activeElement
  return one?.name && one.closest('.inplace-form, form[data-draft^="customer:"]') ? one.name : ""
}

if (shown) for (const kind of ["focusin", "focusout"]) document.addEventListener(kind, () => setTimeout(() => changing() !== told && tell(changing()), 50))
