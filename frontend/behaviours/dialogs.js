/** data-open="ID" opens a dialog, data-close or a click beside it closes it. */
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open]")
  if (opener) document.getElementById(opener.dataset.open)?.showModal()
  if (event.target.closest("[data-close]")) event.target.closest("dialog")?.close()
  if (event.target instanceof HTMLDialogElement && beside(event)) event.target.close()
})

function beside({ target, clientX, clientY }) {
  const box = target.getBoundingClientRect()
  return clientX < box.left || clientX > box.right || clientY < box.top || clientY > box.bottom
}
