/** An @ in a field with data-mentions="URL" offers colleagues: arrows choose, Enter or Tab takes one, Esc leaves. */
const BEGUN = /(?:^|[\s(])@([^@\n]{0,40})$/
let list
let field
let asked
let timer

function begun() {
  const { value, selectionStart } = field
  return BEGUN.exec(value.slice(0, selectionStart))?.[1]
}

async function offer() {
  const words = begun()
  if (words === undefined) return leave()
  asked?.abort()
  asked = new AbortController()
  try {
    const answer = await fetch(`${field.dataset.mentions}?${new URLSearchParams({ q: words })}`, { signal: asked.signal })
    if (answer.ok) show(await answer.text())
  } catch (problem) {
    if (problem.name !== "AbortError") leave()
  }
}

function show(html) {
  leave()
  list = Object.assign(document.createElement("ul"), { className: "mentions", id: "mentions", innerHTML: html })
  if (!list.childElementCount) return leave()
  list.setAttribute("role", "listbox")
  list.setAttribute("aria-label", field.getAttribute("aria-label") ?? "@")
  list.addEventListener("pointerdown", (event) => {
    event.preventDefault()
    take(event.target.closest("[role=option]"))
  })
  field.after(list)
  field.setAttribute("aria-controls", "mentions")
  ;[...list.children].forEach((row, place) => (row.id = `mention-${place}`))
  choose(list.firstElementChild)
}

function choose(row) {
  for (const other of list.children) other.setAttribute("aria-selected", String(other === row))
  row.scrollIntoView({ block: "nearest" })
  field.setAttribute("aria-activedescendant", row.id)
}

function take(row) {
  const words = begun()
  if (!row || words === undefined) return
  const end = field.selectionStart
  field.setRangeText(`@${row.dataset.name} `, end - words.length - 1, end, "end")
  field.dispatchEvent(new Event("input", { bubbles: true }))
  leave()
}

function leave() {
  clearTimeout(timer)
  list?.remove()
  list = undefined
  field?.removeAttribute("aria-activedescendant")
  field?.removeAttribute("aria-controls")
}

document.addEventListener("input", ({ target }) => {
  if (!target.matches?.("[data-mentions]")) return
  field = target
  clearTimeout(timer)
  if (begun() === undefined) leave()
  else timer = setTimeout(offer, 80)
})
document.addEventListener("focusout", ({ target }) => target === field && leave())
// Before the form hears of it: Enter in a line would send it.
document.addEventListener(
  "keydown",
  (event) => {
    if (!list || event.target !== field || event.ctrlKey || event.metaKey) return
    const rows = [...list.children]
    const now = rows.findIndex((row) => row.ariaSelected === "true")
    if (event.key === "ArrowDown") choose(rows[(now + 1) % rows.length])
    else if (event.key === "ArrowUp") choose(rows[(now - 1 + rows.length) % rows.length])
    else if (event.key === "Enter" || event.key === "Tab") take(rows[now])
    else if (event.key === "Escape") leave()
    else return
    event.preventDefault()
    event.stopPropagation()
  },
  true,
)
