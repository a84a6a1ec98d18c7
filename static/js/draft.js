// What is typed into a long form is kept on the server while it is typed, until it is saved.
import { send } from "./send.js";

for (const form of document.querySelectorAll("form[data-draft]")) {
  const status = form.querySelector("[data-draft-status]");
  let waiting, changed = false;
  // What no server has yet outlives this page in its tab, and is sent when the form is opened again.
  const spare = `draft ${form.dataset.draft}`;
  const typed = () => new URLSearchParams(new FormData(form)).toString();
  const keep = async () => {
    changed = false;
    try {
      const answer = await send(form.dataset.draft, new FormData(form));
      if (answer.redirected) throw new Error("You are signed out: sign in again in another tab; this text waits here.");
      if (!answer.ok) throw new Error("The draft is not kept yet. Trying again…");
      sessionStorage.removeItem(spare);
      const now = new Date();
      status.textContent = `Draft kept at ${now.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })}`;
    } catch (error) {
      changed = true;
      sessionStorage.setItem(spare, typed());
      status.textContent = error instanceof TypeError ? "No connection: the draft is not kept yet. Trying again…" : error.message;
      waiting = setTimeout(keep, 5000);
    }
  };
  const left = sessionStorage.getItem(spare);
  if (left) send(form.dataset.draft, new URLSearchParams(left)).then((answer) => {
    if (answer.ok && !answer.redirected) { sessionStorage.removeItem(spare); location.reload(); }
  });
  form.addEventListener("input", () => { changed = true; clearTimeout(waiting); waiting = setTimeout(keep, 700); });
  form.addEventListener("submit", () => { clearTimeout(waiting); changed = false; sessionStorage.removeItem(spare); });
  window.addEventListener("pagehide", () => {
    if (changed) navigator.sendBeacon(form.dataset.draft, new URLSearchParams(new FormData(form)));
  });

  // Another line of actions: the last empty one, once more.
  form.querySelector("[data-more-lines]")?.addEventListener("click", (event) => {
    const lines = [...form.querySelectorAll("[data-line]")];
    const copy = lines.at(-1).cloneNode(true);
    for (const field of copy.querySelectorAll("[id], [for], [name]")) {
      for (const name of ["id", "for", "name"]) {
        const value = field.getAttribute(name);
        if (value) field.setAttribute(name, value.replace(/-\d+-/, `-${lines.length}-`));
      }
      if ("value" in field && field.tagName !== "OPTION" && field.tagName !== "LABEL") field.value = "";
    }
    lines.at(-1).after(copy);
    copy.querySelector("input").focus();
    event.preventDefault();
  });
}
