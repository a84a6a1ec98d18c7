// What is typed into a long form is kept on the server while it is typed, until it is saved.
import { send } from "./send.js";

for (const form of document.querySelectorAll("form[data-draft]")) {
  const status = form.querySelector("[data-draft-status]");
  let waiting, changed = false;
  const keep = async () => {
    changed = false;
    try {
      const answer = await send(form.dataset.draft, new FormData(form));
      if (!answer.ok) throw new Error();
      const now = new Date();
      status.textContent = `Draft kept at ${now.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })}`;
    } catch {
      changed = true;
      status.textContent = "No connection: the draft is not kept yet. Trying again…";
      waiting = setTimeout(keep, 5000);
    }
  };
  form.addEventListener("input", () => { changed = true; clearTimeout(waiting); waiting = setTimeout(keep, 700); });
  form.addEventListener("submit", () => { clearTimeout(waiting); changed = false; });
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
