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
