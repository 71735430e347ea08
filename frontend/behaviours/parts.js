/** The parts of a page, as its headings name them: offered in the box over everything, and alone behind data-parts. */
const parts = () => [...document.querySelectorAll("main h2")].filter((one) => one.getClientRects().length && !one.closest("dialog"))

function row(heading, pattern) {
  const made = pattern.content.firstElementChild.cloneNode(true)
  made.querySelector("span").textContent = heading.textContent.trim().replace(/\s+/g, " ")
  made.addEventListener("click", () => go(heading))
  return made
}

/** Once the box is closed, which gives the cursor back to where it was. */
function go(heading) {
  setTimeout(() => {
    heading.tabIndex = -1
    heading.focus()
    heading.scrollIntoView({ block: "start" })
  })
}

export function fill(group) {
  group.replaceChildren(...parts().map((one) => row(one, document.getElementById("part"))))
}

for (const way of document.querySelectorAll("[data-parts]")) way.hidden = parts().length < 2
