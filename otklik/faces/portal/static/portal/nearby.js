// «Рядом уже сообщили»: asked for when the third question comes, and joined without losing what was typed.
(() => {
  let asked;
  const look = async () => {
    const form = document.getElementById("report");
    const at = form && form.querySelector("[data-nearby]");
    if (!at) return;
    if (asked) asked.abort();
    asked = new AbortController();
    const question = new FormData();
    for (const name of ["text", "theme", "territory", "settlement", "street", "latitude", "longitude"]) {
      const field = form.elements.namedItem(name);
      const value = name === "theme" ? (form.querySelector("[name=theme]:checked") || {}).value : field && field.value;
      if (value) question.set(name, name === "text" ? value.slice(0, 3000) : value);
    }
    try {
      const answer = await fetch(at.dataset.nearby, { method: "POST", body: question, signal: asked.signal });
      if (answer.status === 204) at.replaceChildren();
      else if (answer.status === 200) at.innerHTML = await answer.text();
      else return;
      form.elements.namedItem("near_seen").value = "1";
    } catch { /* the server shows it when the report comes */ }
  };
  const join = async (button) => {
    const form = document.getElementById("report");
    const parcel = new FormData();
    parcel.set("key", form.elements.namedItem("key").value);
    const line = button.closest("[data-nearby-one]");
    try {
      const answer = await fetch(button.dataset.same, { method: "POST", body: parcel, headers: { "X-Requested-With": "fetch" } });
      const text = await answer.text();
      if (answer.ok) button.insertAdjacentHTML("afterend", text);
      else {
        const note = document.createElement("span");
        note.setAttribute("role", "alert");
        note.textContent = text;
        button.after(note);
      }
      button.remove();
    } catch { location.assign(button.href); }
    if (line) (line.querySelector(".nearby-done a") || line.querySelector("a")).focus();
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-same]");
    if (!button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    join(button);
  });
  // The report's own script marks the step it shows.
  new MutationObserver((changes) => {
    if (changes.some((change) => change.target.matches("[data-progress]") && change.target.dataset.at === "3")) look();
  }).observe(document.body, { subtree: true, attributes: true, attributeFilter: ["data-at"] });
})();
