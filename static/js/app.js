// What every page shares. Each page works without it; this makes it quick.

// A refused form: the summary of what to mend takes the focus.
document.querySelector("[data-focus]")?.focus();

// A question before what cannot be undone.
document.addEventListener("submit", (event) => {
  const question = event.target.dataset.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
});

// Search as you type: the same page is asked again, and its results take the place of the old ones.
for (const form of document.querySelectorAll("form[data-live]")) {
  let waiting, running;
  const search = async () => {
    const address = new URL(form.getAttribute("action") || location.pathname, location.href);
    for (const [name, value] of new FormData(form)) if (value) address.searchParams.set(name, value);
    running?.abort();
    running = new AbortController();
    try {
      const answer = await fetch(address, { signal: running.signal });
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const found = page.querySelector(form.dataset.live);
      if (found) document.querySelector(form.dataset.live).replaceChildren(...found.childNodes);
      history.replaceState(null, "", address);
    } catch (error) {
      if (error.name !== "AbortError") form.submit();
    }
  };
  form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(search, 180); });
  form.addEventListener("submit", (event) => { event.preventDefault(); clearTimeout(waiting); search(); });
}
