/**
 * Cards of the customer page arranged by drag, or by the arrow keys on their handle. Without it, each press of a button
 * goes to the server and back. What is sent are the hidden inputs of the cards, named after their column.
 */
import Sortable from "sortablejs"

const WAYS = { ArrowUp: "up", ArrowDown: "down" }

customElements.define(
  "layout-board",
  class extends HTMLElement {
    connectedCallback() {
      this.columns = [...this.querySelectorAll("[data-column]")]
      this.sortables = this.columns.map((column) =>
        Sortable.create(column, {
          group: "panels",
          handle: ".board-handle",
          animation: 120,
          // One and the same way for mouse and touch.
          forceFallback: true,
          fallbackOnBody: true,
          emptyInsertThreshold: 24,
          onEnd: ({ item }) => this.settle(item),
        }),
      )
      this.addEventListener("click", (event) => {
        const button = event.target.closest("button[name=step]")
        if (!button) return
        event.preventDefault()
        this.move(button.closest("li"), button.value.split(":").pop(), button)
      })
      this.addEventListener("keydown", (event) => {
        const handle = event.target.closest(".board-handle")
        const way = handle && (WAYS[event.key] ?? this.beside(handle.closest("li"), event.key))
        if (!way) return
        event.preventDefault()
        this.move(handle.closest("li"), way, handle)
      })
    }

    disconnectedCallback() {
      this.sortables?.forEach((one) => one.destroy())
    }

    /** The column beside that of a card. */
    beside(item, key) {
      const steps = { ArrowLeft: -1, ArrowRight: 1 }[key]
      return steps && this.columns[this.columns.indexOf(item.parentElement) + steps]?.dataset.column
    }

    move(item, way, focused) {
      const column = this.columns.find((one) => one.dataset.column === way)
      if (column) column.append(item)
      else if (way === "up") item.previousElementSibling?.before(item)
      else item.nextElementSibling?.after(item)
      this.settle(item)
      focused.focus()
    }

    /** What is sent follows what is seen, and those who do not see it hear it. */
    settle(item) {
      const column = item.parentElement
      item.querySelector("input").name = column.dataset.column
      const words = { name: item.dataset.name, place: [...column.children].indexOf(item) + 1, count: column.children.length, column: column.dataset.title }
      this.querySelector("[data-announce]").textContent = this.dataset.said.replace(/\{(\w+)\}/g, (_whole, key) => words[key])
    }
  },
)
