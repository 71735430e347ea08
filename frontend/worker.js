/** The service worker: keeps our built files by their hashed names and the page that says there is no network. No data of anybody, ever. */
const { version, files, offline } = self.kept

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(version).then((cache) => cache.addAll([...files, offline])).then(() => self.skipWaiting()))
})

self.addEventListener("activate", (event) => {
  event.waitUntil(tidy().then(() => self.clients.claim()))
})

async function tidy() {
  const names = await caches.keys()
  await Promise.all(names.filter((name) => name !== version).map((name) => caches.delete(name)))
}

self.addEventListener("fetch", (event) => {
  const { request } = event
  if (request.mode === "navigate") event.respondWith(fetch(wanted(request)).catch(() => caches.match(offline)))
  else if (files.includes(new URL(request.url).pathname)) event.respondWith(caches.match(request, { ignoreVary: true }).then((found) => found ?? fetch(request)))
})

// No browser keeps an answer to what was sent: who goes back to one gets the page with the form anew, and nothing is sent twice.
function wanted(request) {
  const back = request.method === "POST" && request.isHistoryNavigation
  return back ? new Request(request.referrer || request.url, { credentials: "same-origin" }) : request
}
