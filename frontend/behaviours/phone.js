/** Behind the sign-in the app can be installed: its service worker keeps files and an honest page for when there is no network. */
if ("serviceWorker" in navigator && document.body.classList.contains("frame")) navigator.serviceWorker.register("/service-worker.js").catch(() => {})
