// Judging in place: a matrix by keyboard, or one goal at a time. Each mark is saved as it is given, in its order.
import { send } from "./send.js";

const matrix = document.querySelector("[data-judge]");
const goal = document.querySelector("[data-goal-form]");
const status = document.querySelector("[data-status]");
const base = matrix?.dataset.judge ?? goal?.dataset.goalForm;

// What waits to be sent, by cell: the latest word on a cell replaces an earlier one that has not left yet.
const waiting = new Map();
let running = false;

const say = (words) => { if (status) status.textContent = words; };
const pause = (seconds) => new Promise((go) => setTimeout(go, seconds * 1000));

async function deliver() {
  if (running) return;
  running = true;
  while (waiting.size) {
    const [key, { fields, told }] = waiting.entries().next().value;
    waiting.delete(key);
    try {
      const answer = await send(`${base}/mark`, fields);
      if (answer.redirected) throw new TypeError("signed out");
      const said = await answer.json().catch(() => ({ error: "This mark could not be saved." }));
      told(answer.status, said);
    } catch (error) {
      if (!waiting.has(key)) waiting.set(key, { fields, told });
      say(error.message === "signed out" ? "You are signed out: sign in again in another tab. What you typed here waits." : "No connection: what you judged is not saved yet. Trying again…");
      await pause(3);
    }
  }
  running = false;
}

function save(key, fields, told) {
  const before = waiting.get(key)?.fields;
  if (before && !("note" in fields) && "note" in before) fields.note = before.note;
  waiting.delete(key);
  waiting.set(key, { fields, told });
  say("Saving…");
  deliver();
}

window.addEventListener("beforeunload", (event) => { if (waiting.size || running) event.preventDefault(); });

if (matrix) judgeMatrix();
if (goal) judgeGoal();

function judgeMatrix() {
  matrix.disabled = false;
  const strategies = [...matrix.querySelectorAll("thead [data-strategy]")];
  const rows = [...matrix.querySelectorAll("tbody tr")];
  const judged = document.querySelector("[data-judged]");
  const dialog = document.querySelector("[data-note-dialog]");
  const text = dialog.querySelector("[data-note-text]");
  const MARKS = ["0", "1", "3", "9"];
  let count = Number(judged.textContent);
  let at = null;

  const cellOf = (input) => input.parentElement;
  const place = (input) => [cellOf(input).parentElement, cellOf(input).cellIndex - 1];
  const inputAt = (row, column) => row?.cells[column + 1]?.querySelector("input");
  for (const row of rows) {
    [...row.cells].slice(1).forEach((cell, column) => {
      const input = cell.firstElementChild;
      input.setAttribute("aria-labelledby", `g${row.dataset.goal} ${strategies[column].id}`);
      if (input.value) input.dataset.saved = input.value;
    });
  }

  const paint = (input, { owes = false } = {}) => {
    const cell = cellOf(input);
    const was = /\br[0139]\b/.test(cell.className) && !cell.classList.contains("owes");
    cell.className = [input.value && `r${input.value}`, owes && "owes", input.dataset.note && "noted"].filter(Boolean).join(" ");
    count += Number(Boolean(input.value) && !owes) - Number(was);
    judged.textContent = count;
  };

  const keep = (input, note) => {
    const [row, column] = place(input);
    const mark = input.value;
    const fields = { goal_id: row.dataset.goal, strategy_id: strategies[column].dataset.strategy, mark };
    if (note !== undefined) fields.note = note;
    cellOf(input).dataset.saving = "";
    save(`${fields.goal_id}-${fields.strategy_id}`, fields, (code, said) => {
      delete cellOf(input).dataset.saving;
      if (code >= 400) {
        if (code === 409 && said.kept) paint(input, { owes: true });
        else if (input.value === mark) { input.value = input.dataset.saved ?? ""; paint(input); }
        say(said.error);
        return;
      }
      input.dataset.saved = mark;
      if (input.value === mark) {
        if (said.note) input.dataset.note = said.note; else delete input.dataset.note;
        paint(input, { owes: Boolean(mark) && !said.counts });
      }
      say(said.words ? `${said.words} Press n.` : waiting.size ? "Saving…" : "Saved");
    });
  };

  // A 9 owes its reason whatever was said before; the rest only the server knows.
  const given = (input) => {
    if (input.value === (input.dataset.saved ?? "") && !cellOf(input).classList.contains("owes")) return;
    const bare = input.value === "9" && !input.dataset.note;
    paint(input, { owes: bare });
    keep(input);
    if (bare) explain(input);
  };

  const step = (input, down, right) => {
    const [row, column] = place(input);
    inputAt(rows[rows.indexOf(row) + down], column + right)?.focus();
  };

  const explain = async (input) => {
    at = input;
    const [row, column] = place(input);
    dialog.querySelector("[data-note-about]").textContent = `${strategies[column].textContent} for ${row.cells[0].textContent}: ${input.value || "not judged"}`;
    text.value = input.dataset.note ?? "";
    const said = dialog.querySelector("[data-note-said]");
    said.replaceChildren();
    dialog.showModal();
    text.focus();
    if (!cellOf(input).querySelector("small")) return;
    const answer = await fetch(`${base}/said?goal=${row.dataset.goal}&strategy=${strategies[column].dataset.strategy}`).catch(() => null);
    if (answer?.ok && at === input) said.innerHTML = (await answer.json()).said;
  };

  // At once, and not when the browser tells of the close: by then the next key may have moved on.
  const leave = (isSaved) => {
    const input = at;
    at = null;
    dialog.close();
    input.focus();
    if (!isSaved) return;
    if (input.value) keep(input, text.value.trim());
    else say("Judge first, then say why.");
  };
  dialog.addEventListener("submit", (event) => { event.preventDefault(); leave(event.submitter?.value === "save"); });
  dialog.addEventListener("cancel", (event) => { event.preventDefault(); leave(false); });
  text.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    leave(true);
  });

  const ways = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], Enter: [1, 0] };
  matrix.addEventListener("keydown", (event) => {
    const input = event.target.closest("input");
    if (!input || event.altKey || event.ctrlKey || event.metaKey) return;
    if (ways[event.key]) step(input, ...ways[event.key]);
    else if (event.key === "n") explain(input);
    else if (event.key === "Delete" || event.key === "Backspace") { input.value = ""; given(input); }
    else if (event.key.length === 1 && !MARKS.includes(event.key)) { /* nothing else is a mark */ }
    else return;
    event.preventDefault();
  });
  matrix.addEventListener("input", (event) => {
    const input = event.target;
    if (input.value && !MARKS.includes(input.value)) input.value = input.dataset.saved ?? "";
    else given(input);
    input.select();
  });
  matrix.addEventListener("focusin", (event) => { if (event.target.matches("input")) event.target.select(); });
}

function judgeGoal() {
  const key = goal.elements.goal_id.value;
  const mark = (strategy) => goal.querySelector(`input[name="mark-${strategy}"]:checked`)?.value ?? "";

  const keep = (cell, withNote) => {
    const strategy = cell.dataset.cell;
    const fields = { goal_id: key, strategy_id: strategy, mark: mark(strategy) };
    if (withNote) fields.note = goal.elements[`note-${strategy}`].value.trim();
    const owes = cell.querySelector("[data-owes]");
    save(strategy, fields, (code, said) => {
      owes.textContent = code < 400 ? said.words : code === 409 ? said.error : "";
      owes.hidden = !owes.textContent;
      say(code < 400 ? (waiting.size ? "Saving…" : "Saved") : said.error);
    });
  };

  goal.addEventListener("change", (event) => {
    const cell = event.target.closest("[data-cell]");
    if (!cell) return;
    const isNote = event.target.matches("textarea");
    if (isNote && !mark(cell.dataset.cell)) { say("Judge first, then say why."); return; }
    keep(cell, isNote);
  });
}
