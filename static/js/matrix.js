// The worksheet edited in place: arrows move, 0 1 3 9 judge, n opens the note; each mark is saved as it is given.
import { send } from "./send.js";

const SAVING = "Saving…";
const form = document.querySelector("[data-matrix]");
if (form) start(form);

function start(form) {
  const rows = [...form.querySelectorAll("tbody tr")].map((row) => [...row.querySelectorAll("input")]).filter((row) => row.length);
  const box = form.querySelector(".scroll");
  const status = form.querySelector("[data-status]");
  const goesOn = form.querySelector("[data-move-on]");
  let unsaved = 0;
  let turn = Promise.resolve();
  let stop = rows[0][0];

  form.querySelector("[data-plain]").hidden = true;
  form.querySelector("[data-scripted]").hidden = false;
  goesOn.checked = localStorage.getItem("matrix-goes-on") === "yes";
  goesOn.addEventListener("change", () => localStorage.setItem("matrix-goes-on", goesOn.checked ? "yes" : "no"));
  rows.forEach((row, y) => row.forEach((cell, x) => {
    cell.inputMode = "numeric";
    cell.tabIndex = -1; // One stop for Tab: within, the arrows move.
    Object.assign(cell, { y, x });
  }));
  stop.tabIndex = 0;
  const name = (cell) => { const [, goal, strategy, was] = cell.name.split("-"); return { goal, strategy, was }; };
  const show = (cell, mark) => {
    cell.value = mark === "0" ? "" : mark;
    cell.parentElement.className = cell.parentElement.className.replace(/\br[0139]\b/, `r${mark}`);
  };

  // One at a time and in order, so that the last mark given is the one that stays.
  const save = (cell, mark) => {
    unsaved += 1;
    cell.mark = mark;
    cell.parentElement.dataset.saving = "";
    status.textContent = SAVING;
    turn = turn.then(async () => {
      const { goal, strategy, was } = name(cell);
      try {
        const answer = await send(form.dataset.matrix, { goal_id: goal, strategy_id: strategy, mark, was });
        const said = await answer.json();
        if (answer.status === 409) cell.name = `mark-${goal}-${strategy}-${said.theirs}`;
        if (!answer.ok) throw new Error(said.error || "This mark could not be saved.");
        cell.name = `mark-${goal}-${strategy}-${mark}`;
        document.querySelector("#reading").innerHTML = said.reading;
        said.shares.forEach((share, index) => { form.querySelector(`[data-share="${index}"]`).textContent = share; });
      } catch (error) {
        if (cell.mark === mark) { cell.mark = name(cell).was; show(cell, cell.mark); }
        status.textContent = `Not saved: ${error.message} The mark that is shown stands.`;
      } finally {
        unsaved -= 1;
        delete cell.parentElement.dataset.saving;
        if (!unsaved && status.textContent === SAVING) status.textContent = "Saved"; // What went wrong stays said.
      }
    });
  };

  const now = (cell) => cell.mark ?? name(cell).was;
  const judge = (cell, mark) => {
    const before = now(cell);
    show(cell, mark);
    if (before !== mark) save(cell, mark);
    if (goesOn.checked) go(rows[cell.y][cell.x + 1] || rows[cell.y + 1]?.[0] || cell);
    else cell.select();
  };

  const go = (cell) => { cell?.focus(); };
  const at = (y, x) => rows[Math.min(Math.max(y, 0), rows.length - 1)][Math.min(Math.max(x, 0), rows[0].length - 1)];
  const page = () => Math.max(1, Math.floor((box.clientHeight - form.querySelector("thead").offsetHeight) / rows[0][0].offsetHeight) - 1);
  const ways = {
    ArrowUp: ({ y, x }) => at(y - 1, x),
    ArrowDown: ({ y, x }) => at(y + 1, x),
    ArrowLeft: ({ y, x }) => at(y, x - 1),
    ArrowRight: ({ y, x }) => at(y, x + 1),
    Enter: ({ y, x }) => at(y + 1, x),
    Home: ({ y }, far) => at(far ? 0 : y, 0),
    End: ({ y }, far) => at(far ? Infinity : y, Infinity),
    PageUp: ({ y, x }) => at(y - page(), x),
    PageDown: ({ y, x }) => at(y + page(), x),
  };
  form.addEventListener("keydown", (event) => {
    const cell = event.target.closest("tbody input");
    const key = event.key;
    if (!cell || event.altKey || event.metaKey || (event.ctrlKey && key !== "Home" && key !== "End")) return;
    if (ways[key]) go(ways[key](cell, event.ctrlKey));
    else if (key === "Delete" || key === "Backspace" || key === ".") judge(cell, "0");
    else if (key.length === 1 && "0139".includes(key)) judge(cell, key);
    else if (key === "n") { const { goal, strategy } = name(cell); location.href = `${form.dataset.note}?goal=${goal}&strategy=${strategy}`; }
    else if (key.length !== 1) return; // No other letter changes a mark.
    event.preventDefault();
  });

  // A telephone's keyboard names no keys: what it has typed is read out of the field, and taken back if it is no mark.
  form.addEventListener("input", (event) => {
    const cell = event.target.closest("tbody input");
    if (!cell) return;
    const typed = cell.value.trim() === "" ? "0" : (event.data || cell.value).trim().slice(-1);
    if ("0139".includes(typed) && typed) judge(cell, typed);
    else {
      show(cell, now(cell));
      status.textContent = "A mark is 0, 1, 3 or 9. What stood here stands.";
    }
  });
  form.addEventListener("focusin", (event) => {
    const cell = event.target.closest("tbody input");
    if (!cell) return;
    stop.tabIndex = -1;
    stop = cell;
    stop.tabIndex = 0;
    cell.select();
  });

  // Where the focus moves to must not lie below what sticks to the edges.
  const edges = () => { box.style.scrollPadding = `${form.querySelector("thead").offsetHeight}px 4px 4px ${form.querySelector("th.goal").offsetWidth}px`; };
  edges();
  window.addEventListener("resize", edges);
  form.addEventListener("submit", (event) => event.preventDefault());
  window.addEventListener("beforeunload", (event) => { if (unsaved) event.preventDefault(); });
}
