/** Draws who is tied to whom, two steps around a customer. Without it, the list below says the same. */
import { GraphChart } from "echarts/charts"
import { TooltipComponent } from "echarts/components"
import { init, use } from "echarts/core"
import { CanvasRenderer } from "echarts/renderers"

use([GraphChart, TooltipComponent, CanvasRenderer])

const MARKS = { person: "circle", company: "roundRect", household: "diamond" }
const SIZES = [30, 18, 11]

customElements.define(
  "relation-graph",
  class extends HTMLElement {
    connectedCallback() {
      const { nodes, links } = JSON.parse(document.getElementById(this.dataset.from).textContent)
      if (nodes.length < 2) return this.remove()
      this.chart = init(this)
      this.chart.on("click", ({ data }) => data.url && location.assign(data.url))
      const draw = () => this.chart.setOption(option(nodes, links, getComputedStyle(this)))
      draw()
      this.sized = new ResizeObserver(() => this.chart.resize())
      this.sized.observe(this)
      this.dark = new MutationObserver(draw)
      this.dark.observe(document.documentElement, { attributeFilter: ["data-bs-theme"] })
    }

    disconnectedCallback() {
      this.sized?.disconnect()
      this.dark?.disconnect()
      this.chart?.dispose()
    }
  },
)

function option(nodes, links, style) {
  const [ink, soft, accent, surface] = ["--tblr-body-color", "--ink-soft", "--accent", "--surface"].map((name) => style.getPropertyValue(name).trim())
  return {
    animation: false,
    tooltip: { confine: true, backgroundColor: surface, textStyle: { color: ink }, renderMode: "richText", formatter: ({ data }) => [data.words, data.role].filter(Boolean).join(", ") || data.name },
    series: {
      type: "graph",
      layout: "force",
      roam: "move",
      draggable: true,
      force: { repulsion: 180, edgeLength: [50, 110], layoutAnimation: false },
      label: { show: true, position: "right", color: ink, fontSize: 12, width: 120, overflow: "truncate" },
      lineStyle: { color: soft, opacity: 0.6, curveness: 0.08 },
      edgeSymbol: ["none", "arrow"],
      edgeSymbolSize: 6,
      data: nodes.map((one) => ({
        ...one,
        id: String(one.id),
        symbol: MARKS[one.kind],
        symbolSize: SIZES[one.step],
        itemStyle: { color: one.step ? surface : accent, borderColor: accent, borderWidth: 2 },
      })),
      links: links.map((one) => ({ ...one, source: String(one.source), target: String(one.target) })),
    },
  }
}
