// The worksheet edited in place: arrows move, 0 1 3 9 judge, n opens the note; each mark is saved as it is given.
import { send } from "./send.js";

const form = document.querySelector("[data-matrix]");
if (form) start(form);

function start(form) {
  const rows = [...form.querySelectorAll("tbody tr")].map((row) => [...row.querySelectorAll("select")]).filter((row) => row.length);
  const status = form.querySelector("[data-status]");
  form.querySelector("[data-plain]").hidden = true;
  const saved = new Map(rows.flat().map((cell) => [cell, cell.value]));
  let unsaved = 0;
  let turn = Promise.resolve();

  const paint = (cell) => {
    cell.parentElement.className = cell.parentElement.className.replace(/\br[0139]\b/, `r${cell.value}`);
  };

  // One at a time and in order, so that the last mark given is the one that stays.
  const save = (cell) => {
    const mark = cell.value;
    unsaved += 1;
    cell.parentElement.dataset.saving = "";
    status.textContent = "Saving…";
    turn = turn.then(async () => {
      try {
        const answer = await send(form.dataset.matrix, { goal_id: cell.dataset.goal, strategy_id: cell.dataset.strategy, mark, was: saved.get(cell) || "0" });
        const said = await answer.json();
        if (answer.status === 409) saved.set(cell, String(said.theirs));
        if (!answer.ok) throw new Error(said.error || "This mark could not be saved.");
        saved.set(cell, mark);
        document.querySelector("#reading").innerHTML = said.reading;
        said.shares.forEach((share, index) => { form.querySelector(`[data-share="${index}"]`).textContent = share; });
        status.textContent = "Saved";
      } catch (error) {
        if (cell.value === mark) { cell.value = saved.get(cell); paint(cell); }
        status.textContent = `Not saved: ${error.message} The mark that is shown stands.`;
      } finally {
        unsaved -= 1;
        delete cell.parentElement.dataset.saving;
      }
    });
  };

  const step = (cell, down, right) => {
    const y = rows.findIndex((row) => row.includes(cell));
    const x = rows[y].indexOf(cell);
    rows[y + down]?.[x + right]?.focus();
  };

  const ways = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], Enter: [1, 0] };
  form.addEventListener("keydown", (event) => {
    const cell = event.target.closest("select");
    if (!cell || event.altKey || event.ctrlKey || event.metaKey) return;
    const key = event.key === "Delete" || event.key === "Backspace" || event.key === "." ? "0" : event.key;
    if (ways[key]) step(cell, ...ways[key]);
    else if ("0139".includes(key) && key.length === 1) { if (cell.value !== key) { cell.value = key; paint(cell); save(cell); } }
    else if (key === "n") location.href = `${form.dataset.note}?goal=${cell.dataset.goal}&strategy=${cell.dataset.strategy}`;
    else if (key.length === 1 && key !== " ") { /* no other letter changes a mark */ }
    else return;
    event.preventDefault();
  });
  form.addEventListener("change", (event) => { paint(event.target); save(event.target); });
  form.addEventListener("submit", (event) => event.preventDefault());
  window.addEventListener("beforeunload", (event) => { if (unsaved) event.preventDefault(); });
}
