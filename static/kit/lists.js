/* Lists: a panel that was open stays open when its list is swapped, and its focus with it. */
document.addEventListener("htmx:beforeSwap", (event) => {
  const open = event.detail.target?.querySelectorAll?.("details.panel[open]") ?? [];
  const ids = [...open].map((panel) => panel.id);
  if (ids.length) event.detail.target.ownerDocument.addEventListener("htmx:afterSwap", () => {
    for (const id of ids) {
      const panel = document.getElementById(id);
      if (panel) panel.open = true;
    }
  }, { once: true });
});
