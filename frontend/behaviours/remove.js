/** data-remove="selector" takes the nearest such part out of the page; the focus goes to what stands before it. */
document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-remove]")
  const part = button?.closest(button.dataset.remove)
  if (!part) return
  const next = part.previousElementSibling ?? part.nextElementSibling ?? part.parentElement.parentElement
  part.remove()
  next.querySelector("select, button")?.focus()
})
