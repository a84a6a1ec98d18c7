// A milestone is moved by dragging its diamond, or by arrow keys: the form of "Move" is filled and sent.
const picture = document.querySelector("svg[data-units]");
const DAY = 86_400_000;

function moved(bar, days) {
  const day = new Date(Date.parse(bar.dataset.planned) + days * DAY);
  return day.toISOString().slice(0, 10);
}

function show(bar, days) {
  bar.querySelector(".mark")?.setAttribute("transform", `translate(${days * picture.dataset.units} 0)`);
  document.querySelector("[data-moving]").textContent = days ? `${bar.querySelector(".name").textContent}: ${moved(bar, days)}` : "";
}

function send(bar, days) {
  const form = document.querySelector(`form[data-move="${bar.dataset.milestone}"]`);
  if (!form || !days) return;
  form.elements.planned_on.value = moved(bar, days);
  form.requestSubmit();
}

for (const bar of picture?.querySelectorAll("[data-milestone]") ?? []) {
  let from, days = 0;
  bar.addEventListener("pointerdown", (event) => {
    if (!event.target.closest(".mark")) return;
    from = event.clientX;
    bar.setPointerCapture(event.pointerId);
    event.preventDefault();
  });
  bar.addEventListener("pointermove", (event) => {
    if (from === undefined) return;
    const scale = picture.viewBox.baseVal.width / picture.getBoundingClientRect().width;
    days = Math.round(((event.clientX - from) * scale) / picture.dataset.units);
    show(bar, days);
  });
  bar.addEventListener("pointerup", () => {
    if (from === undefined) return;
    from = undefined;
    send(bar, days);
  });
  bar.addEventListener("click", (event) => { if (days) event.preventDefault(); });
  bar.addEventListener("dragstart", (event) => event.preventDefault());
  bar.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step) {
      days += step * (event.shiftKey ? 7 : 1);
      show(bar, days);
      event.preventDefault();
    } else if (event.key === "Escape") {
      days = 0;
      show(bar, days);
    } else if (event.key === "Enter" && days) {
      event.preventDefault();
      send(bar, days);
    }
  });
}
