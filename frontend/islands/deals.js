/**
 * The board of deals: cards go to another stage by drag (mouse or touch), by the arrow keys on their handle, or by pressing
 * it and choosing. The server decides: it may ask for something first, or say that somebody was quicker.
 */
import Sortable from "sortablejs"

const STEPS = { ArrowLeft: -1, ArrowRight: 1 }

customElements.define(
  "deal-board",
  class extends HTMLElement {
    connectedCallback() {
      this.dialog = document.getElementById("move")
      this.body = document.getElementById("move-body")
      this.prepare()
      this.addEventListener("click", this)
      this.addEventListener("keydown", this)
      this.addEventListener("htmx:afterSwap", this)
      this.addEventListener("htmx:beforeRequest", this)
      this.addEventListener("htmx:beforeSwap", this)
      document.body.addEventListener("deals:changed", this)
      this.dialog?.addEventListener("close", this)
      this.dialog?.addEventListener("htmx:afterSwap", this)
    }

    disconnectedCallback() {
      this.sortables.forEach((one) => one.destroy())
      document.body.removeEventListener("deals:changed", this)
      this.dialog?.removeEventListener("close", this)
      this.dialog?.removeEventListener("htmx:afterSwap", this)
    }

    /** What has been fetched can be dragged, and whoever was at a card is there again. */
    prepare() {
      this.sortables?.forEach((one) => one.destroy())
      this.stages = [...this.querySelectorAll("[data-stage]")]
      this.sortables = this.stages.map((list) => this.sortable(list))
      if (this.held) this.querySelector(`[data-deal="${this.held}"] [data-pick]`)?.focus()
      this.held = undefined
    }

    sortable(list) {
      return Sortable.create(list, {
        group: "deals",
        draggable: ".deals-card",
        sort: false,
        animation: 120,
        // One and the same way for mouse and touch; a finger that scrolls does not drag.
        forceFallback: true,
        fallbackOnBody: true,
        fallbackTolerance: 4,
        delay: 180,
        delayOnTouchOnly: true,
        disabled: !this.querySelector("[data-pick]"),
        onStart: () => (this.dragging = true),
        onEnd: ({ item, from, to }) => {
          this.dragging = false
          if (from.dataset.stage !== to.dataset.stage) this.send(item, to)
          else if (this.missed) this.refresh()
        },
      })
    }

    handleEvent(event) {
      if (event.type === "click") this.pick(event)
      else if (event.type === "keydown") this.step(event)
      else if (event.type === "htmx:beforeRequest") this.wait(event)
      else if (event.type === "htmx:beforeSwap") this.hold()
      else if (event.type === "deals:changed") this.settle()
      else if (event.type === "close") this.close()
      else if (event.currentTarget === this.dialog && !this.dialog.open) this.dialog.showModal()
      else if (event.currentTarget === this) this.prepare()
    }

    /** The cards that come put the focus where it is now. */
    hold() {
      this.held = this.querySelector(":focus")?.closest("[data-deal]")?.dataset.deal ?? this.held
    }

    /** What changes meanwhile is fetched when the card has been let go of. */
    wait(event) {
      if (event.target !== this || !this.dragging) return
      event.preventDefault()
      this.missed = true
    }

    /** The stages to choose from, where one can't or does not want to drag. */
    pick(event) {
      const handle = event.target.closest("[data-pick]")
      if (!handle || !this.dialog) return
      const item = handle.closest("[data-deal]")
      const names = new Map(this.stages.map((list) => [list.dataset.stage, list]))
      const title = Object.assign(document.createElement("h2"), { id: "move-title", textContent: handle.getAttribute("aria-label") })
      const choices = [...names.values()].map((list) => {
        const button = Object.assign(document.createElement("button"), { type: "button", className: "btn", textContent: list.dataset.name })
        button.disabled = list.dataset.stage === item.dataset.seen
        button.addEventListener("click", () => {
          this.chosen = true
          this.dialog.close()
          this.send(item, list)
        })
        return button
      })
      const row = Object.assign(document.createElement("div"), { className: "deals-choices" })
      row.append(...choices)
      this.body.replaceChildren(title, row)
      this.dialog.showModal()
    }

    step(event) {
      const handle = event.target.closest("[data-pick]")
      const way = handle && STEPS[event.key]
      if (!way) return
      const order = [...new Map(this.stages.map((list) => [list.dataset.stage, list])).values()]
      const item = handle.closest("[data-deal]")
      const there = order[order.findIndex((list) => list.dataset.stage === item.dataset.seen) + way]
      if (!there) return
      event.preventDefault()
      this.send(item, there)
    }

    send(item, list) {
      const { deal, seen, move, name } = item.dataset
      this.held = deal
      this.waiting = true
      document.getElementById("move-said").textContent = this.dataset.said.replace("{name}", name).replace("{stage}", list.dataset.name)
      window.htmx.ajax("POST", move.replace(/0\/$/, `${list.dataset.stage}/`), { source: document.body, target: "#move-body", swap: "innerHTML", values: { seen } })
    }

    /** The server has said what became of it; the board fetches itself by the same event. */
    settle() {
      this.waiting = false
      if (this.dialog?.open) this.dialog.close()
    }

    /** Whoever does not answer what the stage asks for leaves the card where it was. */
    close() {
      if (this.waiting && !this.chosen) this.refresh()
      this.chosen = false
    }

    refresh() {
      this.missed = this.waiting = false
      window.htmx.trigger(document.body, "deals:changed")
    }
  },
)
