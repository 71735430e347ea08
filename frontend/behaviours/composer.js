/** The composer of a customer's page: "Log call", the key l and links with data-tab open a tab there; it takes the cursor. */
const composer = document.querySelector("[data-composer]")

function openTab(name) {
  const tab = document.getElementById(`tab-${name}`)
  tab?.click()
  focusIn(tab)
}

/** Into the first field; a form that comes right behind the page takes the cursor when it is there. */
function focusIn(tab) {
  const pane = document.querySelector(tab?.dataset.bsTarget)
  if (pane?.childElementCount === 0) pane.addEventListener("htmx:load", () => pane.matches(".active") && focusIn(tab), { once: true })
  pane?.querySelector("input:not([type=hidden]), textarea")?.focus()
}

if (composer) {
  composer.addEventListener("click", ({ target }) => focusIn(target.closest("[role=tab]")))
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]")
    const name = link?.getAttribute("href") === composer.dataset.composer ? "call" : link?.dataset.tab
    if (!name || !document.getElementById(`tab-${name}`)) return
    event.preventDefault()
    document.querySelector("dialog[open]")?.close()
    openTab(name)
  })
  const asked = new URLSearchParams(location.search).get("log")
  if (asked) focusIn(document.getElementById(`tab-${asked}`))
}

/** In a form that finds as one types, the arrows walk what was found and Enter opens it. */
document.addEventListener("keydown", (event) => {
  const { pick } = event.target.dataset ?? {}
  if (!pick) return
  const links = [...document.querySelectorAll(`${pick} a`)]
  const now = links.findIndex((link) => link.closest(".chosen"))
  if (event.key === "Enter" && links.length) links[Math.max(now, 0)].click()
  else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    const next = links[(now + (event.key === "ArrowDown" ? 1 : -1) + links.length) % links.length]
    links[now]?.closest("li").classList.remove("chosen")
    next?.closest("li").classList.add("chosen")
  } else return
  event.preventDefault()
})
