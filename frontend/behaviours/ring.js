/** Who calls, at the edge of the page: fetched when the stream says so; opens the customer only where nothing unsaved is open. */
const area = document.getElementById("ringing")
const opened = new Set(JSON.parse(sessionStorage.getItem("rung") ?? "[]"))

function unsaved() {
  const written = [...document.querySelectorAll("main form :is(input, textarea, select)")]
  return !!document.querySelector("dialog[open]") || written.some((field) => changed(field))
}

function changed(field) {
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked
  if (field.matches("select")) return [...field.options].some((one) => one.selected !== one.defaultSelected && one.defaultSelected)
  return field.type !== "hidden" && field.value !== field.defaultValue
}

area?.addEventListener("htmx:afterSwap", () => {
  const call = area.querySelector("[data-opens]")
  if (!call || opened.has(call.dataset.ring) || unsaved()) return
  opened.add(call.dataset.ring)
  sessionStorage.setItem("rung", JSON.stringify([...opened].slice(-20)))
  if (location.pathname !== call.dataset.opens) location.assign(call.dataset.opens)
})
