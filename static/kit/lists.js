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

/* Rows are chosen by boxes; Shift and a click (or Space) choose all between. The head's box is the page. */
const boxes = (form) => [...document.querySelectorAll(`input[name=row][form="${form}"]`)];
let last = null;

const tell = (form) => {
  const all = boxes(form);
  const count = all.filter((box) => box.checked).length;
  const head = document.querySelector(`[data-pick-all][form="${form}"]`);
  if (head) {
    head.hidden = false;
    head.checked = count > 0 && count === all.length;
    head.indeterminate = count > 0 && count < all.length;
  }
  const said = document.querySelector(`[data-picked][form="${form}"]`);
  if (said) said.textContent = count ? `(${count})` : "";
};
const show = () => {
  for (const head of document.querySelectorAll("[data-pick-all]")) tell(head.getAttribute("form"));
};

document.addEventListener("click", (event) => {
  const box = event.target.closest?.("input[name=row], [data-pick-all]");
  if (!box) return;
  const form = box.getAttribute("form");
  const all = boxes(form);
  if (box.matches("[data-pick-all]")) {
    for (const each of all) each.checked = box.checked;
  } else if (event.shiftKey && all.includes(last)) {
    const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
    for (const each of all.slice(from, to + 1)) each.checked = box.checked;
  }
  last = box;
  tell(form);
});
document.addEventListener("htmx:afterSettle", show);
show();
