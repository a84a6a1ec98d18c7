// The week filled by keyboard: arrows and Enter move, each cell is saved as it is left, the sums follow.
import { send } from "./send.js";

const form = document.querySelector("[data-sheet]");
const rows = [...form.querySelectorAll("tbody tr")].map((row) => [...row.querySelectorAll("td")].slice(0, 7).map((cell) => cell.querySelector(".cell")));
const status = form.querySelector("[data-status]");
const reason = form.querySelector("[data-reason]");
const address = form.getAttribute("action");
let turn = Promise.resolve();

const before = (cell) => form.elements[cell.name.replace(/^cell\./, "was.")];

const show = (totals) => {
  for (const [name, text] of Object.entries(totals.rows)) {
    const sum = form.querySelector(`[data-row="${name}"]`);
    if (sum) sum.textContent = text;
  }
  totals.days.forEach((text, day) => { form.querySelector(`[data-day="${day}"]`).textContent = text; });
  form.querySelector("[data-sum]").textContent = totals.week;
  document.querySelector("[data-week]").textContent = `${totals.week} h`;
  document.querySelector("[data-billable]").textContent = `${totals.billable} h`;
};

// One at a time and in order. What somebody else wrote meanwhile is said, and not written over.
const save = (cell) => {
  const text = cell.value.trim();
  if (text === cell.defaultValue) return;
  status.textContent = "Saving…";
  turn = turn.then(async () => {
    const fields = { [cell.name]: text, [before(cell).name]: before(cell).value, reason: form.elements.reason.value };
    try {
      const answer = await send(address, fields);
      if (answer.redirected) throw new Error("You are signed out: sign in again in another tab.");
      const said = await answer.json();
      if (answer.status === 409) before(cell).value = said.was;
      if (said.asks) { reason.classList.remove("visually-hidden"); form.elements.reason.tabIndex = 0; }
      if (!answer.ok) throw new Error(said.theirs === undefined ? said.error : `${said.error} There it is ${said.theirs || "empty"}; leave the cell again to keep yours.`);
      const minutes = said.cells[cell.name.replace(/^cell\./, "")] ?? 0;
      before(cell).value = minutes;
      cell.defaultValue = minutes ? `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}` : "";
      if (cell.value.trim() === text) cell.value = cell.defaultValue;
      cell.removeAttribute("aria-invalid");
      show(said);
      status.textContent = "Saved";
    } catch (error) {
      cell.setAttribute("aria-invalid", "true");
      status.textContent = error instanceof TypeError ? "No connection: this cell is not saved yet." : error.message;
    }
  });
};

const step = (cell, down, right) => {
  let y = rows.findIndex((row) => row.includes(cell));
  let x = rows[y].indexOf(cell);
  do { y += down; x += right; } while (rows[y] && x >= 0 && x < 7 && !rows[y][x]);
  const next = rows[y]?.[x];
  next?.focus();
  next?.select();
};

const ways = { ArrowUp: [-1, 0], ArrowDown: [1, 0], Enter: [1, 0] };
form.addEventListener("keydown", (event) => {
  const cell = event.target.closest(".cell");
  if (!cell || event.altKey || event.ctrlKey || event.metaKey) return;
  const whole = cell.selectionStart === 0 && cell.selectionEnd === cell.value.length;
  const atStart = whole || (cell.selectionStart === 0 && cell.selectionEnd === 0);
  const atEnd = whole || cell.selectionStart === cell.value.length;
  if (ways[event.key]) {
    if (event.key === "Enter") save(cell);
    step(cell, ...ways[event.key]);
  } else if (event.key === "ArrowLeft" && atStart) step(cell, 0, -1);
  else if (event.key === "ArrowRight" && atEnd) step(cell, 0, 1);
  else if (event.key === "Escape") cell.value = cell.defaultValue;
  else return;
  event.preventDefault();
});
form.addEventListener("focusin", (event) => { if (event.target.matches(".cell")) event.target.select(); });
form.addEventListener("focusout", (event) => { if (event.target.matches(".cell")) save(event.target); });
