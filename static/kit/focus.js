/* [data-focus]: takes the focus when the page opens (the summary of a form's errors). */
document.querySelector("[data-focus]")?.focus();
