/** Keeps "3 minutes ago" true while the page stays open. */
const words = new Intl.RelativeTimeFormat(document.documentElement.lang || "en", { numeric: "always" })
const steps = [
  ["day", 86400],
  ["hour", 3600],
  ["minute", 60],
]

function refresh() {
  for (const element of document.querySelectorAll("time[data-ago]")) {
    const seconds = (new Date(element.dateTime) - Date.now()) / 1000
    const step = steps.find(([, size]) => Math.abs(seconds) >= size)
    if (step && Math.abs(seconds) < 7 * 86400) element.textContent = words.format(Math.round(seconds / step[1]), step[0])
  }
}

setInterval(refresh, 60_000)
