// The ranking follows as weights and marks are tried; the address keeps the question.
const form = document.querySelector("[data-what-if]");
const ranking = document.querySelector("#ranking");
let turn = 0;
if (form) form.addEventListener("input", async () => {
  const asked = new URLSearchParams([...new FormData(form)].filter(([, value]) => value !== ""));
  const mine = ++turn;
  const answer = await fetch(`?${asked}`, { headers: { Accept: "application/json" } });
  if (mine !== turn || !answer.ok) return;
  ranking.innerHTML = (await answer.json()).ranking;
  history.replaceState(null, "", `?${asked}`);
});
