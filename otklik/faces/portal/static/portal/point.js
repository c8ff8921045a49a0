// The map of the report: fetched when opened; a point set on it is checked against the chosen place.
(() => {
  "use strict";
  const field = (name) => document.querySelector(`#report [name=${name}]`);
  const open = async (details) => {
    const into = details.querySelector("[data-point-map]");
    if (into.dataset.of === field("territory").value) return;
    into.dataset.of = field("territory").value;
    try {
      const answer = await fetch(`${details.dataset.pointUrl}?territory=${encodeURIComponent(into.dataset.of)}`);
      if (!answer.ok) throw new Error(String(answer.status));
      into.innerHTML = await answer.text();
      into.dispatchEvent(new CustomEvent("map:added", { bubbles: true }));
    } catch { delete into.dataset.of; into.textContent = details.dataset.pointFailed; }
  };
  const check = async (details) => {
    const told = details.querySelector("[data-point-told]");
    told.replaceChildren();
    if (!field("latitude").value) return;
    const point = new FormData();
    point.set("latitude", field("latitude").value);
    point.set("longitude", field("longitude").value);
    point.set("chosen", field("territory").value);
    try {
      const answer = await fetch(details.dataset.pointCheck, { method: "POST", body: point });
      if (answer.ok) told.innerHTML = await answer.text();
    } catch { /* the point stays; staff will see where it lies */ }
  };
  document.addEventListener("toggle", (event) => {
    if (event.target.matches && event.target.matches("[data-point]") && event.target.open) open(event.target);
  }, true);
  document.addEventListener("change", (event) => {
    if (event.target.id === "report_longitude") check(document.querySelector("[data-point]"));
  });
})();
