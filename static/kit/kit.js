/* The small behaviours of every page, in one file that costs one request; every page works without them. */

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
let held = false; // whether what is exchanged has the focus, which must not fall to the page
document.addEventListener("htmx:beforeSwap", (event) => {
  held = Boolean(event.detail.target?.contains?.(document.activeElement));
});
document.addEventListener("htmx:afterSettle", (event) => {
  const part = event.detail.elt;
  const said = part.matches?.("[data-announce]") ? part : part.querySelector?.("[data-announce]");
  if (said) say("status", said.dataset.announce);
  const first = part.matches?.("[data-focus]") ? part : part.querySelector?.("[data-focus]");
  if (first) first.focus();
  else if (held && document.activeElement === document.body && part.isConnected) {
    part.tabIndex = -1;
    part.focus();
  }
  held = false;
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

{
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
}

/* Whether keys are text where they are pressed. */
const typing = (target) => target.closest?.(
  "textarea, select, [contenteditable], input:not([type=checkbox], [type=radio], [type=submit])",
);

/* [data-help]: "?" leads to the help, for who wants single keys. */
document.addEventListener("keydown", (event) => {
  const help = document.querySelector("[data-help]")?.dataset.help;
  if (event.key !== "?" || !help || event.ctrlKey || event.metaKey || event.altKey) return;
  if (typing(event.target) || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  location.assign(help);
});

{
/* The search over everything: Ctrl+K (⌘K), "/" where the person wants it, or its link in the header. */
const dialog = document.getElementById("palette");
const link = document.querySelector("[data-palette]");

const open = () => {
  if (!dialog.open) dialog.showModal();
  dialog.querySelector("input[type=search]").select();
};

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
}

/* [data-line]: goes to that line in the editor itself; without scripts the link goes to the listing. */
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-line]");
  const text = document.getElementById("id_text");
  if (!link || !text) return;
  event.preventDefault();
  const lines = text.value.split("\n");
  const number = Math.min(Number(link.dataset.line), lines.length);
  const begins = lines.slice(0, number - 1).reduce((sum, line) => sum + line.length + 1, 0);
  text.focus();
  text.setSelectionRange(begins, begins + lines[number - 1].length);
  const height = text.scrollHeight / lines.length;
  text.scrollTop = Math.max(0, (number - 5) * height);
});
