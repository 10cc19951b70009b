/* The small behaviours of every page; every page works without them. Lists and search have their own. */
import "./lists.js";
import "./palette.js";

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

/* [data-closes]: an open <details> menu closes on Escape and when focus or a click leaves it. */
const open = () => document.querySelectorAll("details[data-closes][open]");
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of open()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
for (const kind of ["focusin", "click"]) {
  document.addEventListener(kind, (event) => {
    for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
  });
}

/* [data-focus]: takes the focus when the page opens (the summary of a form's errors). */
document.querySelector("[data-focus]")?.focus();
