// How far a run of a report is: asked again and again, and the page once more when it is over.
const place = document.querySelector("[data-run]");
const PAUSE = 1000;
const tell = (name, words) => { place.querySelector(`[data-run-${name}]`).textContent = words; };

async function look() {
  try {
    const answer = await fetch(place.dataset.run, { headers: { Accept: "application/json" } });
    if (answer.ok) {
      const run = await answer.json();
      if (run.is_over) return location.reload();
      const bar = place.querySelector("progress");
      bar.value = Math.max(bar.value, run.permille);
      tell("percent", `${Math.round(bar.value / 10)} %`);
      tell("step", run.step ? ` · ${run.step}` : "");
      tell("left", run.left ? ` · about ${run.left} s to go` : "");
    } else if (answer.status !== 429 && answer.status < 500) {
      return location.reload();
    }
  } catch { /* The network is away for a moment; the next look tells. */ }
  return setTimeout(look, PAUSE);
}

if (place) setTimeout(look, PAUSE);
