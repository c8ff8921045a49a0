// What is typed into a form is kept in this browser until the server has it: a crash, a reload, a session that ended lose
// nothing. It goes with the log-out, with the next person who logs in here, and after three days.
(function () {
  "use strict";
  var PREFIX = "otklik-draft:";
  var user = document.body.dataset.user || "";
  var OURS = PREFIX + user + ":";
  var LONGEST = 3 * 24 * 3600 * 1000;
  var SENT = "otklik-sent";
  var KEPT = "textarea, select, input:not([type=hidden]):not([type=password]):not([type=file]):not([type=search]):not([type=checkbox]):not([type=submit])";
  if (!user) { return; }
  function one(selector, root) { return (root || document).querySelector(selector); }
  function all(selector, root) { return Array.from((root || document).querySelectorAll(selector)); }
  function read(key) { try { return JSON.parse(localStorage.getItem(key) || "null"); } catch (error) { return null; } }
  function drop(key) { try { localStorage.removeItem(key); } catch (error) { /* nothing was kept */ } }
  function keys() { try { return Object.keys(localStorage).filter(function (key) { return key.startsWith(PREFIX); }); } catch (error) { return []; } }

  // ---- Nothing of another person stays, nothing for long, and nothing after the log-out, in no window.
  keys().forEach(function (key) {
    var saved = read(key);
    if (!key.startsWith(OURS) || !saved || Date.now() - saved.at > LONGEST) { drop(key); }
  });
  document.addEventListener("submit", function (event) {
    if (!/\/logout\/$/.test(event.target.action)) { return; }
    keys().forEach(drop);
    try { sessionStorage.clear(); localStorage.setItem("otklik-left", String(Date.now())); } catch (error) { /* kept nothing */ }
    user = "";
  });
  window.addEventListener("storage", function (event) {
    if (event.key === "otklik-left") { user = ""; location.reload(); }
  });

  // ---- Which forms: those with room for words, in the page itself. Each by its place and by where it goes.
  function isKept(form) {
    return Boolean(user && form && form.closest("main") && /post/i.test(form.method || form.getAttribute("hx-post") && "post") && form.dataset.kept !== "never" && one("textarea, input[type=text], input:not([type])", form));
  }
  function keyOf(form) {
    var where = form.getAttribute("hx-post") || form.getAttribute("action") || location.pathname;
    return OURS + new URL(where, location.href).pathname;
  }
  function fields(form) { return all(KEPT, form).filter(function (field) { return field.name && !field.readOnly; }); }
  function valueOf(field) { return field.type === "radio" ? (field.checked ? field.value : null) : field.value; }
  function given(field) {
    if (field.type === "radio") { return field.defaultChecked; }
    if (field.tagName === "SELECT") { return Array.from(field.options).some(function (option) { return option.defaultSelected && option.value === field.value; }); }
    return field.value === field.defaultValue;
  }
  function save(form) {
    var kept = {};
    fields(form).forEach(function (field) {
      if (!given(field) && valueOf(field) !== null) { kept[field.name] = field.value; }
    });
    if (!Object.keys(kept).length) { drop(keyOf(form)); return; }
    try { localStorage.setItem(keyOf(form), JSON.stringify({ fields: kept, at: Date.now() })); } catch (error) { /* a full store: the page itself still holds the words */ }
  }
  document.addEventListener("input", function (event) {
    var form = event.target.form;
    if (isKept(form)) { save(form); }
  });
  document.addEventListener("change", function (event) {
    var form = event.target.form;
    if (isKept(form)) { save(form); }
  });

  // ---- Back into the form when it is drawn anew. What the server gives besides is one press away.
  function put(field, value) {
    if (field.type === "radio") { field.checked = field.value === value; } else { field.value = value; }
  }
  function tell(form, saved, before) {
    var box = one("[data-draft-told]", form) || document.createElement("p");
    if (!box.isConnected) {
      box.className = "text-secondary";
      box.dataset.draftTold = "";
      form.prepend(box);
    }
    var at = new Date(saved.at).toLocaleString(document.documentElement.lang, { day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" });
    box.setAttribute("role", "status");
    box.textContent = window.otklik.words.kept.replace("{at}", at) + " ";
    var back = document.createElement("button");
    back.type = "button";
    back.className = "btn btn-sm";
    back.textContent = window.otklik.words.kept_back;
    back.addEventListener("click", function () {
      before.forEach(function (one) { put(one.field, one.value); });
      drop(keyOf(form));
      box.hidden = true;
      form.dispatchEvent(new CustomEvent("kept:back", { bubbles: true }));
    });
    box.append(back);
    box.hidden = false;
    var summary = form.closest("details") && one("summary", form.closest("details"));
    if (summary && !one("[data-kept-mark]", summary)) {
      var mark = document.createElement("span");
      mark.className = "badge bg-yellow-lt";
      mark.dataset.keptMark = "";
      mark.textContent = window.otklik.words.kept_mark;
      summary.append(mark);
    }
  }
  function restore() {
    all("main form").forEach(function (form) {
      if (form.dataset.restored || !isKept(form)) { return; }
      form.dataset.restored = "1";
      var saved = read(keyOf(form));
      if (!saved || !saved.fields) { return; }
      var before = [];
      fields(form).forEach(function (field) {
        if (!(field.name in saved.fields)) { return; }
        var value = saved.fields[field.name];
        if (field.type === "radio" ? field.checked || field.value !== value : field.value === value) { return; }
        all('[name="' + field.name + '"]', form).forEach(function (same) {
          before.push({ field: same, value: same.type === "radio" ? (same.checked ? same.value : null) : same.value });
        });
        put(field, value);
      });
      if (!before.length) { return; }
      tell(form, saved, before);
      form.dispatchEvent(new CustomEvent("kept:restored", { bubbles: true }));
    });
  }
  function forget(form) { drop(keyOf(form)); }
  window.otklik.kept = { forget: forget, save: save };

  // ---- Sent: by htmx when the server says that it was done, by a page of its own when the next page has come.
  document.addEventListener("htmx:beforeSwap", function (event) {
    var form = event.detail.requestConfig && event.detail.requestConfig.elt;
    var done = /deskActed/.test(event.detail.xhr.getResponseHeader("HX-Trigger-After-Swap") || "");
    if (form && form.tagName === "FORM" && done) { forget(form); }
  });
  document.addEventListener("htmx:afterSwap", restore);
  document.addEventListener("submit", function (event) {
    if (!event.defaultPrevented && !event.target.hasAttribute("hx-post") && isKept(event.target)) {
      try { sessionStorage.setItem(SENT, keyOf(event.target)); } catch (error) { /* kept nothing */ }
    }
  });
  (function () {
    var sent = null;
    try { sent = sessionStorage.getItem(SENT); sessionStorage.removeItem(SENT); } catch (error) { /* kept nothing */ }
    var came = performance.getEntriesByType ? (performance.getEntriesByType("navigation")[0] || {}).type : "";
    if (sent && came === "navigate") { drop(sent); } // the server has it; a page that came back by itself may not
  })();
  document.addEventListener("DOMContentLoaded", restore);
})();
