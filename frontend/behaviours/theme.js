/** Buttons with data-appearance choose light, dark or what the system says. */
function show() {
  const choice = localStorage.getItem("theme") ?? "system"
  for (const button of document.querySelectorAll("button[data-appearance]"))
    button.setAttribute("aria-pressed", String(button.dataset.appearance === choice))
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-appearance]")
  if (!button) return
  localStorage.setItem("theme", button.dataset.appearance)
  dispatchEvent(new Event("theme"))
  show()
})
show()
