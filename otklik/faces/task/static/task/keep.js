// Sends a form without leaving the page: what does not arrive stays here, text and photo, and can be sent again.
// Without this script the form works as any form does.
(() => {
  const store = "otklik.keep." + location.pathname;
  const WEEK = 7 * 24 * 60 * 60 * 1000;
  let waiting = false;

  const textFields = (form) => [...form.elements].filter((one) => one.name && one.name !== "once" && !["file", "hidden", "submit", "checkbox"].includes(one.type));
  const save = (form) => {
    const kept = { at: Date.now(), once: form.elements.once.value, fields: {} };
    for (const one of textFields(form)) if (one.type !== "radio" || one.checked) kept.fields[one.name] = one.value;
    try { localStorage.setItem(store, JSON.stringify(kept)); } catch { /* the page still holds everything */ }
  };
  const restore = (form) => {
    let kept;
    try { kept = JSON.parse(localStorage.getItem(store)); } catch { return undefined; }
    if (!kept || form.querySelector("[role=alert]:not([hidden])")) return undefined;
    if (kept.once === form.dataset.taken || Date.now() - kept.at > WEEK) return forget(); // it had arrived after all
    let brought = false;
    for (const one of textFields(form)) {
      if (one.type === "radio") { one.checked = kept.fields[one.name] === one.value; continue; }
      if (!one.value && kept.fields[one.name]) { one.value = kept.fields[one.name]; brought = true; }
    }
    form.elements.once.value = kept.once; // what may have arrived already is not taken twice
    if (brought && form.closest("details")) form.closest("details").open = true;
    return undefined;
  };
  const forget = () => { try { localStorage.removeItem(store); } catch { /* nothing was kept */ } };

  const failed = (form, why) => {
    const note = form.querySelector("[data-failed]");
    note.querySelector("[data-failed-why]").textContent = note.dataset[why];
    note.hidden = false;
    form.querySelector("[data-send]").hidden = true;
    note.scrollIntoView({ block: "nearest" });
    waiting = "resend" in form.dataset && why !== "ended";
  };

  const send = async (form) => {
    save(form);
    waiting = false;
    const note = form.querySelector("[data-failed]");
    const button = form.querySelector("[data-send]");
    const label = button.textContent;
    note.hidden = true;
    button.hidden = false;
    button.disabled = true;
    button.textContent = note.dataset.sending;
    const parcel = new FormData(form);
    for (const name of ["before", "photo", "photos"]) {
      const files = parcel.getAll(name).filter((file) => file.size);
      parcel.delete(name);
      for (const file of files) parcel.append(name, window.shrinkPhoto ? await window.shrinkPhoto(file, undefined, "hints" in form.dataset) : file);
    }
    let answer;
    let page = "";
    try {
      answer = await fetch(form.getAttribute("action") || location.href, { method: "POST", body: parcel, signal: AbortSignal.timeout ? AbortSignal.timeout(90000) : undefined });
      if (!answer.redirected) page = await answer.text();
    } catch {
      answer = null;
    }
    button.disabled = false;
    button.textContent = label;
    const away = !answer || [502, 503, 504].includes(answer.status); // the line, or what stands behind it
    if (away && "queue" in form.dataset && window.sendLater && (await window.sendLater(form, parcel))) return undefined;
    if (!answer) return failed(form, "offline");
    if (answer.redirected) {
      forget();
      location.replace(answer.url);
      return undefined;
    }
    if (answer.status === 410 || answer.status === 404) return failed(form, "ended");
    const fresh = answer.status === 422 && new DOMParser().parseFromString(page, "text/html").getElementById(form.id);
    if (!fresh) return failed(form, "server");
    form.replaceWith(fresh); // a good photo is kept by the server and shown as kept
    start(fresh);
    const wrong = fresh.querySelector("[role=alert]:not([hidden])");
    if (wrong) wrong.scrollIntoView({ block: "center" });
    const field = fresh.querySelector("[aria-invalid=true], fieldset[aria-describedby] input");
    if (field) field.focus({ preventScroll: true });
    return undefined;
  };

  const start = (form) => {
    form.addEventListener("input", () => save(form));
    form.addEventListener("submit", (event) => { event.preventDefault(); send(form); });
  };
  const forms = document.querySelectorAll("form[data-keep]");
  if (!forms.length) forget(); // there is nothing to say here any more: what was being written has arrived
  for (const form of forms) {
    // A page kept on the telephone bears a key that may be used up: each writing gets its own.
    if ("queue" in form.dataset && self.crypto && !form.querySelector("[role=alert]:not([hidden])")) {
      form.elements.once.value = [...crypto.getRandomValues(new Uint8Array(16))].map((one) => one.toString(16).padStart(2, "0")).join("");
    }
    restore(form);
    start(form);
  }
  addEventListener("online", () => {
    const form = waiting && document.querySelector("form[data-resend]");
    if (form) send(form);
  });
})();
