/**
 * The service worker: keeps our built files by their hashed names and the page that says there is no network. Of customers it keeps nothing by itself;
 * where there is no network it shows the pages of a day that somebody took along (behaviours/road.js), for a day.
 */
const { version, files, offline } = self.kept
const ALONG = "along-"

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(version).then((cache) => cache.addAll([...files, offline])).then(() => self.skipWaiting()))
})

self.addEventListener("activate", (event) => {
  event.waitUntil(tidy().then(() => self.clients.claim()))
})

async function tidy() {
  const names = await caches.keys()
  await Promise.all(names.filter((name) => name !== version && !name.startsWith(ALONG)).map((name) => caches.delete(name)))
}

self.addEventListener("fetch", (event) => {
  const { request } = event
  if (request.mode === "navigate") event.respondWith(fetch(wanted(request)).catch(async () => (await takenAlong(request)) ?? caches.match(offline)))
  else if (files.includes(new URL(request.url).pathname)) event.respondWith(caches.match(request, { ignoreVary: true }).then((found) => found ?? fetch(request)))
})

async function takenAlong(request) {
  if (request.method !== "GET") return undefined
  for (const name of await caches.keys()) {
    if (!name.startsWith(ALONG)) continue
    const cache = await caches.open(name)
    const until = await cache.match("/along-until")
    if (until && new Date(await until.text()) > new Date()) {
      const { pathname, search } = new URL(request.url)
      // The day is asked for without saying which: the one that was taken along.
      const found = (await cache.match(pathname + search, { ignoreVary: true })) ?? (pathname === "/visits/" && !search ? await cache.match(pathname, { ignoreSearch: true, ignoreVary: true }) : undefined)
      if (found) return found
    }
  }
  return undefined
}

// No browser keeps an answer to what was sent: who goes back to one gets the page with the form anew, and nothing is sent twice.
function wanted(request) {
  const back = request.method === "POST" && request.isHistoryNavigation
  return back ? new Request(request.referrer || request.url, { credentials: "same-origin" }) : request
}
