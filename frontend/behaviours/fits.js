/** A field with data-when, the name of another, is there only while that one has one of the values in data-is; it need not say so then. */
function fit(form) {
  for (const field of form.querySelectorAll("[data-when]")) {
    const place = field.closest("[data-place]") ?? field.closest(".mb-3")
    for (const words of place.querySelectorAll("[data-needed]")) words.hidden = true
    place.hidden = !field.dataset.is.split(" ").includes(form.elements[field.dataset.when]?.value)
  }
}

const all = (part) => [...part.querySelectorAll("form:has([data-when])")]

document.addEventListener("htmx:load", ({ detail: { elt } }) => all(elt).forEach(fit))
document.addEventListener("change", ({ target: { form } }) => form && fit(form))
