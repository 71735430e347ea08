/** Folds the card of a button[data-fold] away and open again; the button's own request remembers it. */
document.addEventListener(
  "click",
  ({ target }) => {
    const button = target.closest?.("[data-fold]")
    if (!button) return
    const body = document.getElementById(button.getAttribute("aria-controls"))
    body.hidden = !body.hidden
    button.setAttribute("aria-expanded", !body.hidden)
  },
  // Before the request is made of it.
  true,
)

document.addEventListener("htmx:configRequest", ({ detail: { elt, parameters } }) => {
  if (elt.matches("[data-fold]")) parameters.folded = elt.getAttribute("aria-expanded") === "true" ? "no" : "yes"
})
