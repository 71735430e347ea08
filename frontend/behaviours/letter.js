/** Letters: marks by button and key, which files were chosen, and answers that open in the composer of the page. */
import htmx from "../htmx.js"

function mark(area, with_) {
  const { selectionStart: from, selectionEnd: to, value } = area
  const chosen = value.slice(from, to)
  let text, start, end
  if (with_ === "- ") {
    const begin = value.lastIndexOf("\n", from - 1) + 1
    const lines = value.slice(begin, to).split("\n")
    text = lines.map((line) => (line.startsWith("- ") ? line.slice(2) : `- ${line}`)).join("\n")
    area.setSelectionRange(begin, to)
    start = end = begin + text.length
  } else if (with_.startsWith("[")) {
    text = `[${chosen}](https://)`
    start = from + (chosen ? text.length - 1 : 1)
    end = start
  } else {
    text = with_ + chosen + with_
    start = from + with_.length
    end = start + chosen.length
  }
  area.focus()
  // The only way to write into a field that the browser's own undo takes back.
  if (!document.execCommand("insertText", false, text)) area.setRangeText(text)
  area.setSelectionRange(start, end)
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-mark]")
  const area = button?.closest("form")?.querySelector("textarea[name=text]")
  if (area) mark(area, button.dataset.mark)
})

document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || !event.target.matches?.(".letter textarea")) return
  const with_ = { b: "**", i: "*" }[event.key.toLowerCase()]
  if (!with_) return
  event.preventDefault()
  mark(event.target, with_)
})

document.addEventListener("change", ({ target }) => {
  const told = document.getElementById(target.dataset?.files ?? "")
  if (told) told.textContent = [...target.files].map((file) => file.name).join(", ")
})

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-letter]")
  const pane = document.getElementById("compose-mail")
  if (!link || !pane || link.dataset.letter !== location.pathname || event.ctrlKey || event.metaKey) return
  event.preventDefault()
  pane.removeAttribute("hx-trigger")
  document.getElementById("tab-mail").click()
  htmx.ajax("GET", link.getAttribute("href"), { target: pane, swap: "innerHTML" }).then(() => {
    pane.scrollIntoView({ block: "nearest" })
    pane.querySelector("#letter_to[value='']")?.focus() ?? pane.querySelector("textarea")?.focus()
  })
})
