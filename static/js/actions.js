// The list by keyboard: j and k go down and up, d is done.
const list = document.querySelector("[data-actions]");

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, select, textarea, [contenteditable]");
  if (!list || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const lines = [...list.children];
  const at = lines.indexOf(event.target.closest("[data-actions] > li"));
  if (event.key === "j" || event.key === "k") {
    lines[Math.min(Math.max(at + (event.key === "j" ? 1 : -1), 0), lines.length - 1)]?.focus();
    event.preventDefault();
  } else if (event.key === "d" && at >= 0) {
    sessionStorage.setItem("action at", at);
    lines[at].querySelector("form[data-done]")?.requestSubmit();
  }
});

// Where the reader stood before the one that is done now.
const stood = sessionStorage.getItem("action at");
if (list && stood !== null) {
  sessionStorage.removeItem("action at");
  list.children[Math.min(Number(stood), list.children.length - 1)]?.focus();
}
