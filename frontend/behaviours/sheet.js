/** A link with data-sheet opens what its address answers over the page; without this script it is an ordinary link. */
import htmx from "../htmx.js"

let sheet

function made() {
  if (sheet) return sheet
  sheet = Object.assign(document.createElement("dialog"), { className: "sheet" })
  document.body.append(sheet)
  return sheet
}

async function open(address) {
  const answer = await fetch(address, { headers: { "HX-Request": "true" } })
  if (!answer.ok || answer.redirected) return void (location.href = address)
  const dialog = made()
  dialog.innerHTML = await answer.text()
  const title = dialog.querySelector("h2")
  if (title) dialog.setAttribute("aria-label", title.textContent)
  htmx.process(dialog)
  dialog.showModal()
  dialog.querySelector("[autofocus], .remind-quick button")?.focus()
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-sheet]")
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return
  event.preventDefault()
  open(link.href)
})
document.addEventListener("sheet:close", () => sheet?.close())
