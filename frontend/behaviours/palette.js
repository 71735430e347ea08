/** The box over everything: Ctrl-K or the find box opens it; without it the find box stays a plain search form. */
import htmx from "../htmx.js"
import { fill as fillParts } from "./parts.js"

const dialog = document.getElementById("palette")
const input = dialog?.querySelector("input")
const found = dialog?.querySelector("[data-found]")
const parts = dialog?.querySelector("[data-parts-here]")
let timer
let asked
let offered

function open(text = "", only = "") {
  dialog.dataset.only = only
  dialog.showModal()
  fillParts(parts)
  input.placeholder = only ? dialog.dataset.partsWords : input.dataset.words
  input.value = text
  input.select()
  if (text) input.setSelectionRange(text.length, text.length)
  update()
  offered = offer()
}

/** What can be done on this page, pins and what was seen last: asked for when they are needed, anew each time. */
async function offer() {
  if (!dialog.dataset.quick || dialog.dataset.only) return
  const answer = await fetch(`${dialog.dataset.quick}?${new URLSearchParams({ path: location.pathname })}`, { headers: { "HX-Request": "true" } })
  if (!answer.ok) return
  const here = dialog.querySelector("[data-here]")
  here.innerHTML = await answer.text()
  htmx.process(here)
  narrow()
}

function pinPage({ dataset }) {
  const title = document.title.replace(/ · Rapport$/, "")
  htmx.ajax("POST", dataset.pinPage, { source: document.body, swap: "none", values: { path: location.pathname + location.search, title } })
}

function update() {
  narrow()
  clearTimeout(timer)
  timer = setTimeout(ask, 120)
}

function narrow() {
  const text = input.value.trim().toLocaleLowerCase()
  const words = text.split(/\s+/)
  for (const row of dialog.querySelectorAll("[data-fixed] [role=option]")) {
    const own = row.textContent.toLocaleLowerCase()
    const told = row.parentElement === parts ? text || dialog.dataset.only : !dialog.dataset.only
    row.hidden = !told || !words.every((word) => own.includes(word))
  }
  for (const group of dialog.querySelectorAll("[role=group]")) group.hidden = !group.querySelector("[role=option]:not([hidden])")
  choose(rows()[0])
}

async function ask() {
  asked?.abort()
  asked = new AbortController()
  const text = input.value.trim()
  if (!text || !dialog.dataset.src || dialog.dataset.only) return fill("")
  try {
    const address = `${dialog.dataset.src}?${new URLSearchParams({ q: text })}`
    const answer = await fetch(address, { headers: { "HX-Request": "true" }, signal: asked.signal })
    fill(answer.ok ? await answer.text() : "")
  } catch (problem) {
    if (problem.name !== "AbortError") fill("")
  }
}

function fill(html) {
  found.innerHTML = html
  found.hidden = !found.querySelector("[role=option]")
  dialog.querySelector(".palette-none").hidden = rows().length > 0
  choose(rows()[0])
}

function rows() {
  return [...dialog.querySelectorAll("[role=option]")].filter((row) => !row.hidden && !row.closest("[hidden]"))
}

function choose(row) {
  for (const other of dialog.querySelectorAll("[aria-selected=true]")) other.setAttribute("aria-selected", "false")
  rows().forEach((each, place) => (each.id = `palette-${place}`))
  row?.setAttribute("aria-selected", "true")
  row?.scrollIntoView({ block: "nearest" })
  input.setAttribute("aria-activedescendant", row?.id ?? "")
}

function step(by) {
  const all = rows()
  const now = all.findIndex((row) => row.ariaSelected === "true")
  choose(all[(now + by + all.length) % all.length])
}

if (dialog) {
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k" && !event.shiftKey && !event.altKey) {
      event.preventDefault()
      if (!dialog.open) open()
    }
  })
  for (const box of document.querySelectorAll("[data-palette-open]")) {
    box.addEventListener("click", () => open(box.value))
    box.addEventListener("input", () => open(box.value))
  }
  document.addEventListener("click", ({ target }) => target.closest("[data-parts]") && open("", "parts"))
  dialog.addEventListener("click", ({ target }) => {
    const row = target.closest("[role=option]")
    if (row?.dataset.pinPage) pinPage(row)
    // What leads to no other page leaves the one that is there to be seen.
    if (row?.matches("button, [data-sheet]")) dialog.close()
  })
  input.addEventListener("input", update)
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") step(event.key === "ArrowDown" ? 1 : -1)
    // Whoever is faster than the server gets what they mean all the same.
    else if (event.key === "Enter") offered.finally(() => (rows().length ? dialog.querySelector("[aria-selected=true]").click() : input.form.requestSubmit()))
    else return
    event.preventDefault()
  })
}
