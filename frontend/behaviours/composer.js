/** The composer of a customer's page: "Log call" and the key l open the call there, an opened tab takes the cursor. */
const composer = document.querySelector("[data-composer]")

function openTab(name) {
  const tab = document.getElementById(`tab-${name}`)
  tab?.click()
  focusIn(tab)
}

function focusIn(tab) {
  const pane = document.querySelector(tab?.dataset.bsTarget)
  pane?.querySelector("input:not([type=hidden]), textarea")?.focus()
}

if (composer) {
  composer.addEventListener("click", ({ target }) => focusIn(target.closest("[role=tab]")))
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]")
    if (link?.getAttribute("href") !== composer.dataset.composer) return
    event.preventDefault()
    document.querySelector("dialog[open]")?.close()
    openTab("call")
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
