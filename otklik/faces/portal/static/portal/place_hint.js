// The place named in the text is offered in «Где?»: one tap sets the place, and the street and house of the text.
(() => {
  const form = document.querySelector("#report");
  const guess = document.querySelector("#guess");
  const offered = document.querySelector("#places");
  if (!form || !guess || !offered) return;
  const show = () => {
    const old = offered.querySelector("[data-place-hint]");
    const hint = guess.querySelector("template[data-place-hint]");
    const typed = form.querySelector("#place_search").value.trim();
    if (old) old.remove();
    if (!hint || typed || offered.children.length || form.elements.territory.value) return;
    offered.append(hint.content.cloneNode(true));
  };
  new MutationObserver(show).observe(guess, { childList: true });
  offered.addEventListener("click", (event) => {
    const place = event.target.closest("[data-place-hint] [data-place]");
    if (!place) return;
    for (const part of ["street", "house"]) {
      const field = form.elements[part];
      if (!field.value.trim()) field.value = place.dataset[part] || "";
    }
  }, true); // before the form takes the place and moves on to the street
  show();
})();
