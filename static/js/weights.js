// The points of the goals, added up as they are typed.
const form = document.querySelector("[data-points]");
if (form) {
  const sum = form.querySelector("[data-sum]");
  form.addEventListener("input", () => {
    sum.value = [...form.querySelectorAll("input[type=number]")].reduce((all, one) => all + (Number(one.value) || 0), 0);
  });
}
