/** Says why a passkey did not work; whoever cancels is not scolded. */
import { toast } from "./toast.js"

document.addEventListener("allauth.error", (event) => {
  event.preventDefault()
  if (event.detail.exception.name !== "NotAllowedError") toast({ text: document.getElementById("toasts").dataset.passkey })
})
