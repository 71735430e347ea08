/** A label.drop around a file field takes files dropped on it and names the one that was chosen. */
for (const kind of ["dragover", "dragleave", "drop"])
  document.addEventListener(kind, (event) => {
    const zone = event.target.closest?.(".drop")
    if (!zone) return
    event.preventDefault()
    zone.classList.toggle("over", kind === "dragover")
    if (kind !== "drop" || !event.dataTransfer.files.length) return
    const field = zone.querySelector("input[type=file]")
    field.files = event.dataTransfer.files
    field.dispatchEvent(new Event("change", { bubbles: true }))
  })
document.addEventListener("change", ({ target }) => {
  const shown = target.closest(".drop")?.querySelector("[data-chosen]")
  if (shown) shown.textContent = [...target.files].map((file) => file.name).join(", ")
})
