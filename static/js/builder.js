// A column chosen to filter by opens at once; parts of the form stay open as they were left.
const board = document.querySelector("[data-board]");
if (board) {
  const add = board.querySelector("select[name=with]");
  add.addEventListener("change", () => { if (add.value) board.requestSubmit(); });
  const store = "builder-parts";
  const narrow = matchMedia("(max-width: 70rem)").matches;
  let left = {};
  try { left = JSON.parse(sessionStorage.getItem(store)) || {}; } catch { left = {}; }
  for (const part of board.querySelectorAll("details[data-part]")) {
    const name = part.dataset.part;
    if (name in left) part.open = left[name];
    else if (narrow) part.open = false;
    part.addEventListener("toggle", () => {
      left[name] = part.open;
      try { sessionStorage.setItem(store, JSON.stringify(left)); } catch { /* It opens as the page says. */ }
    });
  }
}
