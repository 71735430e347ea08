/** HTMX under our rules: no eval, no styles of its own, no private pages in the browser's storage. */
import htmx from "htmx.org"

htmx.config.allowEval = false
htmx.config.includeIndicatorStyles = false
htmx.config.selfRequestsOnly = true
htmx.config.historyCacheSize = 0
htmx.config.refreshOnHistoryMiss = true
htmx.config.scrollBehavior = "auto"
htmx.config.responseHandling = [
  { code: "204", swap: false },
  { code: "[23]..", swap: true },
  { code: "4(00|22)", swap: true },
  { code: "[45]..", swap: false, error: true },
]

// Islands are bundles of their own, and ask through this one.
window.htmx = htmx

export default htmx
