/* Says what a swap brought, marks what is loading, and says when a request failed. */
const say = (id, text) => {
  const region = document.getElementById(id);
  if (region) region.textContent = text;
};

document.addEventListener("htmx:beforeRequest", (event) => {
  event.detail.target?.setAttribute("aria-busy", "true");
});
document.addEventListener("htmx:afterRequest", (event) => {
  event.detail.target?.removeAttribute("aria-busy");
});
document.addEventListener("htmx:afterSettle", (event) => {
  const part = event.detail.elt;
  const said = part.matches?.("[data-announce]") ? part : part.querySelector?.("[data-announce]");
  if (said) say("status", said.dataset.announce);
  const first = part.matches?.("[data-focus]") ? part : part.querySelector?.("[data-focus]");
  if (first) first.focus();
});
document.addEventListener("htmx:responseError", (event) => {
  const name = event.detail.xhr.getResponseHeader("X-Request-Id");
  say("alert", `That didn't work. Load the page again. Reference ${name ?? "unknown"}`);
});
document.addEventListener("htmx:sendError", () => {
  say("alert", "There is no connection to the server. Try again.");
});
