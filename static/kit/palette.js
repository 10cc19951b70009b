/* The search over everything: Ctrl+K (⌘K), "/" where the person wants it, or its link in the header. */
const dialog = document.getElementById("palette");
const link = document.querySelector("[data-palette]");

const open = () => {
  if (!dialog.open) dialog.showModal();
  dialog.querySelector("input[type=search]").select();
};
const typing = (target) => target.closest?.(
  "textarea, select, [contenteditable], input:not([type=checkbox], [type=radio], [type=submit])",
);

if (dialog && link) {
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open();
  });
  document.addEventListener("keydown", (event) => {
    const chord = (event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k";
    const slash = event.key === "/" && link.dataset.palette === "keys" && !event.ctrlKey
      && !event.metaKey && !event.altKey && !typing(event.target) && !dialog.open;
    if (!chord && !slash) return;
    event.preventDefault();
    open();
  });
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.preventDefault(); // in a search field it would only empty the field
      dialog.close();
      return;
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    const places = [...dialog.querySelectorAll("input[type=search], .found a")];
    const here = places.indexOf(document.activeElement);
    event.preventDefault();
    places[Math.min(Math.max(here + step, 0), places.length - 1)]?.focus();
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const found = event.detail.target;
    // Who has moved on to what was found keeps it.
    if (found.id === "palette-found" && found.contains(document.activeElement)) event.detail.shouldSwap = false;
  });
}
