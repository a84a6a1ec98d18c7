// Cards can be dragged to another stage: the same form is sent that stands under "Move".
let dragged;

for (const card of document.querySelectorAll("[data-card]")) {
  const options = [...card.querySelectorAll("option")].map((option) => option.value);
  card.addEventListener("dragstart", (event) => {
    dragged = card;
    event.dataTransfer.effectAllowed = "move";
    for (const column of document.querySelectorAll("[data-stage]")) {
      column.toggleAttribute("data-takes", options.includes(column.dataset.stage));
    }
  });
  card.addEventListener("dragend", () => {
    dragged = undefined;
    for (const column of document.querySelectorAll("[data-takes]")) column.removeAttribute("data-takes");
  });
}

for (const column of document.querySelectorAll("[data-stage]")) {
  column.addEventListener("dragover", (event) => {
    if (dragged && column.hasAttribute("data-takes")) event.preventDefault();
  });
  column.addEventListener("drop", (event) => {
    event.preventDefault();
    const form = dragged.querySelector("form");
    form.elements.stage.value = column.dataset.stage;
    form.requestSubmit();
  });
}
