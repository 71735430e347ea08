/** Ctrl-Enter sends the form that is being written; data-submit-on-change sends a form as soon as a choice is made. */
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return
  const form = event.target.closest("form")
  if (!form) return
  event.preventDefault()
  form.requestSubmit()
})
document.addEventListener("change", ({ target }) => {
  target.form?.matches("[data-submit-on-change]") && target.form.requestSubmit()
})
