/** Buttons with data-theme choose light, dark or what the system says. */
function show() {
  const choice = localStorage.getItem("theme") ?? "system"
  for (const button of document.querySelectorAll("button[data-theme]"))
    button.setAttribute("aria-pressed", String(button.dataset.theme === choice))
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-theme]")
  if (!button) return
  localStorage.setItem("theme", button.dataset.theme)
  dispatchEvent(new Event("theme"))
  show()
})
show()
