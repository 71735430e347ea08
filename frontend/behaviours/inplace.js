/** A field changed in place: leaving it saves, Escape puts back what was there. */
document.addEventListener("keydown", (event) => {
  const form = event.key === "Escape" && event.target.closest?.("[data-inplace]")
  if (!form) return
  form.reset()
  event.target.blur()
})
