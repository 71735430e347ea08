/** Puts light or dark on the page before it is painted; loaded in the head, on its own, so that nothing flashes. */
const dark = matchMedia("(prefers-color-scheme: dark)")

function paint() {
  const choice = localStorage.getItem("theme") ?? "system"
  const theme = choice === "system" ? (dark.matches ? "dark" : "light") : choice
  document.documentElement.dataset.bsTheme = theme
}

paint()
dark.addEventListener("change", paint)
addEventListener("storage", paint)
addEventListener("theme", paint)
