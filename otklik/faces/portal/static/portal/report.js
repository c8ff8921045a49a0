// The report step by step. Without this script the same form shows all three questions at once and works.
(() => {
  const STORE = "otklik.report";
  const DAY = 24 * 60 * 60 * 1000;
  const KEPT = ["text", "territory", "settlement", "street", "house", "place_note", "latitude", "longitude", "answer_by"];

  let form = document.getElementById("report");
  if (!form) return;
  const words = JSON.parse(document.getElementById("report-words").textContent);
  const $ = (selector) => form.querySelector(selector);
  const field = (name) => form.elements.namedItem(name);
  const later = (wait, act) => {
    let timer;
    const start = (...given) => { clearTimeout(timer); timer = setTimeout(() => act(...given), wait); };
    start.cancel = () => clearTimeout(timer);
    return start;
  };

  // --- the draft on this device: the text and the place, never the phone and the name
  const draft = {
    read() { try { const kept = JSON.parse(localStorage.getItem(STORE)); return kept && Date.now() - kept.at < DAY ? kept : null; } catch { return null; } },
    write() {
      const fields = {};
      for (const name of KEPT) if (field(name)) fields[name] = field(name).value;
      const chosen = field("territory").selectedOptions[0];
      const place = { label: chosen ? chosen.textContent : "", operator: chosen ? chosen.dataset.operator : "" };
      try { localStorage.setItem(STORE, JSON.stringify({ at: Date.now(), key: field("key").value, fields, place })); } catch { /* private window: the page itself still holds everything */ }
    },
    drop() { try { localStorage.removeItem(STORE); } catch { /* nothing was kept */ } },
  };
  const remember = later(300, () => draft.write());

  const restore = () => {
    const kept = draft.read();
    if (!kept || !("fresh" in form.dataset)) return;
    if (!kept.fields.text && !kept.fields.territory && !kept.fields.place_note) return;
    for (const name of KEPT) {
      if (name === "territory" || !field(name) || kept.fields[name] === undefined) continue;
      field(name).value = kept.fields[name];
    }
    if (kept.fields.territory) choosePlace(kept.fields.territory, kept.place.label, kept.place.operator);
    field("key").value = kept.key;
    $("[data-restored]").hidden = false;
    sendPhoto({}).catch(() => { /* the photos are shown again with the next one */ });
  };

  // --- the steps
  let step = 1;
  let title;
  const show = (wanted, focus) => {
    step = Math.min(3, Math.max(1, wanted));
    form.querySelectorAll("[data-step]").forEach((part) => { part.hidden = Number(part.dataset.step) !== step; });
    $("[data-step-number]").textContent = step;
    $("[data-progress]").dataset.at = step;
    title ??= document.title;
    document.title = step > 1 ? $(`[data-step="${step}"] legend`).lastChild.textContent.trim() + " · " + title : title;
    document.querySelector("[data-emergency]").hidden = step > 1;
    $("[data-back]").hidden = step === 1;
    $("[data-next]").hidden = step === 3;
    $("[data-send]").hidden = step !== 3;
    if (focus) {
      form.scrollIntoView({ block: "start" });
      const first = $(`[data-step="${step}"]`).querySelector("textarea, input:not([type=hidden]):not([type=file]), select");
      if (first && first.offsetParent) first.focus({ preventScroll: true });
    }
  };
  const go = (wanted) => {
    history.pushState({ step: wanted }, "", "#" + wanted);
    show(wanted, true);
  };
  const described = (input) => (input.getAttribute("aria-describedby") || "").split(" ").filter((id) => id && !id.endsWith("_error"));
  const complain = (input, message) => {
    input.classList.add("is-invalid");
    const block = input.closest(".mb-3");
    let note = block.querySelector(".invalid-feedback");
    if (!note) {
      note = document.createElement("div");
      note.className = "invalid-feedback";
      note.id = input.id + "_error";
      note.setAttribute("role", "alert");
      (input.closest(".report-search") || input).after(note);
    }
    note.textContent = message;
    input.setAttribute("aria-invalid", "true");
    input.setAttribute("aria-describedby", [...described(input), note.id].join(" "));
    input.focus();
  };
  const soothe = (input) => {
    input.classList.remove("is-invalid");
    const note = input.closest(".mb-3").querySelector(".invalid-feedback");
    if (note) note.remove();
    input.removeAttribute("aria-invalid");
    const left = described(input);
    if (left.length) input.setAttribute("aria-describedby", left.join(" ")); else input.removeAttribute("aria-describedby");
  };
  const ready = () => {
    if (step === 1 && !field("text").value.trim()) { complain(field("text"), words.no_text); return false; }
    if (step === 1 && field("text").value.length > Number(field("text").dataset.most)) { countLetters(); field("text").focus(); return false; }
    if (step === 2 && !field("territory").value) { complain(searchInput().offsetParent ? searchInput() : field("territory"), words.no_place); return false; }
    return true;
  };

  // --- what the text is about
  let asked = null;
  const guess = later(700, async () => {
    const text = field("text").value.trim();
    const at = $("#guess");
    if (text.length < 10) { at.replaceChildren(); return; }
    if (asked) asked.abort();
    asked = new AbortController();
    const question = new FormData();
    question.set("text", text.slice(0, 3000));
    const picked = form.querySelector("[name=theme]:checked");
    if (picked) question.set("theme", picked.value);
    try {
      const answer = await fetch(form.dataset.guessUrl, { method: "POST", body: question, signal: asked.signal });
      if (answer.status === 200) at.innerHTML = await answer.text();
    } catch { /* a guess that does not come is no loss */ }
  });
  const countLetters = () => {
    const box = field("text");
    const most = Number(box.dataset.most);
    const over = box.value.length > most;
    const hint = $("[data-count]");
    hint.dataset.plain ??= hint.textContent;
    hint.textContent = box.value.length > most * 0.9
      ? words.letters.replace("{length}", box.value.length.toLocaleString("ru")).replace("{most}", most.toLocaleString("ru"))
      : hint.dataset.plain;
    hint.classList.toggle("text-danger", over);
  };

  // --- photos go at once, one by one, so that sending the text is quick
  let sending = Promise.resolve();
  const sendPhoto = async (parts, name) => {
    const parcel = new FormData();
    parcel.set("key", field("key").value);
    for (const [part, value] of Object.entries(parts)) parcel.set(part, value);
    const answer = await fetch(form.dataset.photosUrl, { method: "POST", body: parcel });
    if (answer.status !== 200 && answer.status !== 422) throw new Error(name);
    $("#photos").innerHTML = await answer.text();
  };
  const addPhotos = (files) => {
    for (const file of files) {
      const line = document.createElement("div");
      line.className = "photo-going";
      line.textContent = words.photo_going.replace("{name}", file.name);
      $("#photos").after(line);
      const attempt = async () => {
        try {
          await sendPhoto({ photos: await window.shrinkPhoto(file, 2560) }, file.name);
          line.remove();
          draft.write();
        } catch {
          line.className = "photo-refused";
          line.textContent = words.photo_lost.replace("{name}", file.name) + " ";
          const again = document.createElement("button");
          again.type = "button";
          again.className = "btn btn-sm";
          again.textContent = words.again;
          again.onclick = () => { line.className = "photo-going"; line.textContent = words.photo_going.replace("{name}", file.name); sending = sending.then(attempt); };
          line.append(again);
        }
      };
      sending = sending.then(attempt);
    }
  };

  // --- the place
  const searchInput = () => $("#place_search");
  const showOperator = () => {
    const chosen = field("territory").selectedOptions[0];
    const operator = chosen && chosen.dataset.operator;
    const at = $("[data-operator-name]");
    if (at && operator) at.textContent = operator;
  };
  const choosePlace = (id, label, operator) => {
    const list = field("territory");
    let option = [...list.options].find((one) => one.value === String(id));
    if (!option) {
      option = new Option(label, id);
      option.dataset.exact = "";
      list.add(option);
    }
    if (operator) option.dataset.operator = operator;
    list.value = id;
    showPlace();
  };
  let byList = false;
  const showPlace = () => {
    const chosen = field("territory").selectedOptions[0];
    const has = Boolean(chosen && chosen.value);
    if (has) {
      soothe(field("territory"));
      soothe(searchInput());
      $("[data-place-name]").textContent = chosen.textContent;
    }
    $("[data-place-search]").hidden = has;
    $("[data-place-chosen]").hidden = !has;
    $("[data-place-more]").hidden = !has;
    // A settlement picked from the search needs no second naming; a municipality may.
    $("[data-place-list]").hidden = has ? "exact" in chosen.dataset : !byList;
    $("[data-place-list]").classList.toggle("is-narrow", has);
    $("[data-by-list]").hidden = byList;
    showOperator();
  };
  const openList = () => { byList = true; showPlace(); };
  const findPlaces = later(250, async () => {
    const typed = searchInput().value.trim();
    if (typed.length < 2) { $("#places").replaceChildren(); return; }
    try {
      const answer = await fetch(form.dataset.placesUrl + "?q=" + encodeURIComponent(typed));
      if (answer.ok && searchInput().value.trim() === typed) $("#places").innerHTML = await answer.text();
      if ($("#places .places-none")) openList();
    } catch { $("#places").textContent = words.no_network; openList(); }
  });
  const whereAmI = () => {
    const button = $("[data-my-place]");
    button.disabled = true;
    findPlaces.cancel();
    navigator.geolocation.getCurrentPosition(async (here) => {
      const point = new FormData();
      point.set("latitude", here.coords.latitude);
      point.set("longitude", here.coords.longitude);
      try {
        const answer = await fetch(form.dataset.nearUrl, { method: "POST", body: point });
        $("#places").innerHTML = await answer.text();
        if ($("#places [data-place]")) { field("latitude").value = here.coords.latitude; field("longitude").value = here.coords.longitude; }
      } catch { $("#places").textContent = words.no_network; }
      button.disabled = false;
    }, () => { $("#places").textContent = words.no_position; button.disabled = false; }, { timeout: 15000, maximumAge: 60000 });
  };

  // --- sending
  let sent = false;
  const failed = (why) => {
    const note = $("[data-send-failed]");
    $("[data-send-why]").textContent = why;
    note.hidden = false;
    $("[data-send]").hidden = true;
    note.scrollIntoView({ block: "nearest" });
    busy(false);
  };
  const busy = (now) => {
    form.querySelectorAll("[type=submit]").forEach((button) => { button.disabled = now; });
    $("[data-send-label]").textContent = now ? words.sending : words.send;
  };
  const send = async () => {
    draft.write();
    $("[data-send-failed]").hidden = true;
    if ($("[data-server-alert]")) $("[data-server-alert]").remove();
    $("[data-send]").hidden = step !== 3;
    busy(true);
    await sending;
    const parcel = new FormData(form);
    parcel.delete("photos"); // they went before
    let answer;
    try {
      answer = await fetch(form.action, { method: "POST", body: parcel, signal: AbortSignal.timeout ? AbortSignal.timeout(60000) : undefined });
    } catch {
      failed(navigator.onLine === false ? words.offline : words.no_network);
      return;
    }
    if (answer.redirected) {
      draft.drop();
      sent = true;
      location.replace(answer.url);
      return;
    }
    if (answer.status === 413) { failed(words.too_big); return; }
    if (answer.status !== 422) { failed(words.server); return; }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const next = page.getElementById("report");
    if (!next) { failed(words.server); return; }
    form.replaceWith(next);
    form = next;
    start();
    const alert = $("[data-server-alert]");
    if (alert) alert.scrollIntoView({ block: "center" });
    const wrong = $("[aria-invalid=true]") || alert; // read aloud where the focus is
    if (!wrong) return;
    if (wrong === alert) alert.tabIndex = -1;
    wrong.focus();
  };

  const start = () => {
    for (const part of ["[data-steps]", "[data-progress]"]) $(part).hidden = false;
    $("[data-my-place]").hidden = !(navigator.geolocation && window.isSecureContext);
    $("#photos").addEventListener("change", async (event) => {
      if (event.target.name !== "drop") return;
      try { await sendPhoto({ drop: event.target.value }); } catch { event.target.checked = true; }
    });
    field("text").addEventListener("input", () => { soothe(field("text")); countLetters(); guess(); });
    $("#id_photos").addEventListener("change", (event) => { addPhotos([...event.target.files]); event.target.value = ""; });
    $("#guess").addEventListener("change", (event) => {
      form.querySelectorAll("[name=theme]").forEach((chip) => { if (chip !== event.target) chip.checked = false; });
    });
    searchInput().addEventListener("input", () => { soothe(searchInput()); findPlaces(); });
    $("[data-by-list]").addEventListener("click", () => { openList(); field("territory").focus(); });
    field("phone").addEventListener("input", () => soothe(field("phone")));
    $("#places").addEventListener("click", (event) => {
      const place = event.target.closest("[data-place]");
      if (!place) return;
      choosePlace(place.dataset.place, place.dataset.label, place.dataset.operator);
      field("settlement").value = "";
      remember();
      field("street").focus();
    });
    $("[data-place-change]").addEventListener("click", () => {
      field("territory").value = "";
      field("latitude").value = field("longitude").value = "";
      $("#places").replaceChildren();
      searchInput().value = "";
      showPlace();
      searchInput().focus();
    });
    $("[data-my-place]").addEventListener("click", whereAmI);
    field("territory").addEventListener("change", showPlace);
    const phone = () => { $("[data-phone]").hidden = form.querySelector("[name=answer_by]:checked").value !== "phone"; };
    form.querySelectorAll("[name=answer_by]").forEach((radio) => radio.addEventListener("change", phone));
    $("[data-back]").addEventListener("click", () => history.back());
    $("[data-next]").addEventListener("click", () => { if (ready()) go(step + 1); });
    $("[data-start-anew]").addEventListener("click", () => { draft.drop(); location.assign(location.pathname); });
    form.addEventListener("input", remember);
    form.addEventListener("change", remember);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!ready()) return;
      if (step < 3) go(step + 1); else send();
    });
    restore();
    phone();
    showPlace();
    countLetters();
    const wrong = $(".is-invalid");
    show(wrong ? Number(wrong.closest("[data-step]").dataset.step) : step);
  };

  // Coming back to a form that has gone: its key is used up, so the page starts anew.
  addEventListener("pageshow", (event) => { if (event.persisted && sent) location.replace(location.pathname); });
  addEventListener("popstate", (event) => show((event.state && event.state.step) || 1, true));
  history.replaceState({ step: 1 }, "");
  start();
})();
