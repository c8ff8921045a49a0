// The answer while it is typed goes to the server every second or so, for its writer alone (cases/keeping.py). A colleague's
// newer version, or another window of one's own, comes beside it; nothing is written over.
(function () {
  "use strict";
  var WAIT = 1200;
  var AGAIN = 8000;
  var timers = new WeakMap();
  var last = {}; // by address: what this page has sent, so that its own text is not taken for another window's
  function one(selector, root) { return (root || document).querySelector(selector); }
  function all(selector, root) { return Array.from((root || document).querySelectorAll(selector)); }
  function formOf(node) { return node.closest && node.closest("form[data-autosave]"); }
  function areaOf(form) { return one("textarea[name=text]", form); }

  function say(form, words) {
    var told = one("[data-kept-told]", form);
    if (!told) { return; }
    told.hidden = !words;
    told.textContent = words;
  }
  function beside(form, query) {
    var place = one("[data-beside]", form);
    if (!place) { return; }
    fetch(form.dataset.autosave + "beside/" + query, { headers: { "HX-Request": "true" }, credentials: "same-origin" })
      .then(function (answer) { return answer.ok ? answer.text() : ""; })
      .then(function (html) { place.innerHTML = html; }, function () { /* comes with the next keeping */ }); // our own fragment
  }
  function later(form, wait) {
    clearTimeout(timers.get(form));
    timers.set(form, setTimeout(function () { keep(form); }, wait));
  }
  function keep(form) {
    var area = areaOf(form);
    if (!area || !form.isConnected || form.dataset.keeping) { if (form.dataset.keeping) { later(form, WAIT); } return; }
    var text = area.value;
    var words = form.dataset;
    var body = new URLSearchParams({ text: text, base: one("[name=base_version]", form).value, revision: words.revision || "" });
    body.set("csrfmiddlewaretoken", one("[name=csrfmiddlewaretoken]", form).value);
    words.keeping = "1";
    fetch(words.autosave, { method: "POST", body: body, headers: { "HX-Request": "true" }, credentials: "same-origin", keepalive: text.length < 15000 })
      .then(function (answer) {
        delete words.keeping;
        if (answer.status === 401) { say(form, words.saidOut); return null; }
        if (answer.status >= 500) { throw new Error(String(answer.status)); }
        return answer.json().then(function (told) { took(form, text, answer.status, told); });
      })
      .catch(function () { delete words.keeping; say(form, words.saidAway); later(form, AGAIN); });
  }
  function took(form, text, status, told) {
    var words = form.dataset;
    if (status === 409) {
      if (told.text === last[words.autosave]) { words.revision = told.revision; later(form, 0); return; } // our own, before a swap
      beside(form, "?window=1");
      say(form, "");
      return;
    }
    if (status !== 200) { say(form, told.why || ""); return; }
    last[words.autosave] = text;
    words.revision = told.revision || "";
    say(form, text.trim() ? words.saidKept.replace("{at}", told.at) : "");
    var area = areaOf(form);
    if (area.value === text) { area.defaultValue = text; } // the server has it: this browser need not
    window.otklik.kept.save(form);
    if (told.newest && String(told.newest) !== one("[name=base_version]", form).value && String(told.newest) !== words.newest) {
      words.newest = told.newest;
      beside(form, "");
    }
  }

  document.addEventListener("input", function (event) {
    var form = formOf(event.target);
    if (form && event.target === areaOf(form)) { later(form, WAIT); }
  });
  // What this browser had kept and the server had not goes there, too.
  document.addEventListener("kept:restored", function (event) {
    var form = formOf(event.target);
    if (form) { later(form, 0); }
  });
  document.addEventListener("kept:back", function (event) {
    var form = formOf(event.target);
    if (form) { later(form, 0); }
  });
  document.addEventListener("visibilitychange", function () {
    if (!document.hidden) { return; }
    all("form[data-autosave]").forEach(function (form) {
      var area = areaOf(form);
      if (area && area.value !== area.defaultValue) { keep(form); }
    });
  });

  // Beside it: take the other text (one's own stays one press away), or keep one's own.
  document.addEventListener("click", function (event) {
    var form = event.target.closest && formOf(event.target);
    if (!form) { return; }
    var area = areaOf(form);
    var take = event.target.closest("[data-beside-take]");
    var stay = event.target.closest("[data-beside-keep]");
    if (event.target.closest("[data-kept-drop]")) {
      exchange(form, area, form.dataset.latest || "");
    } else if (take) {
      if (take.dataset.base) { one("[name=base_version]", form).value = take.dataset.base; }
      if (take.dataset.revision) { form.dataset.revision = take.dataset.revision; }
      exchange(form, area, one("[data-beside-text]", form).textContent);
    } else if (stay) {
      form.dataset.revision = stay.dataset.revision;
      one("[data-beside]", form).textContent = "";
      later(form, 0);
      area.focus();
    }
  });
  function exchange(form, area, text) {
    var mine = area.value;
    area.value = text;
    area.focus();
    later(form, 0);
    var place = one("[data-beside]", form);
    place.textContent = form.dataset.saidTaken + " ";
    var back = document.createElement("button");
    back.type = "button";
    back.className = "btn btn-sm";
    back.textContent = form.dataset.saidBack;
    back.addEventListener("click", function () { exchange(form, area, mine); });
    place.append(back);
  }
})();
