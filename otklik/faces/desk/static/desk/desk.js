// The desk: walking the list, the case beside it, keys, drafts that survive, alarms that are heard.
(function () {
  "use strict";
  var wide = window.matchMedia("(min-width: 992px)");
  function one(selector, root) { return (root || document).querySelector(selector); }
  function all(selector, root) { return Array.from((root || document).querySelectorAll(selector)); }

  // ---- The list and the case beside it.
  var desk = one("[data-desk]");
  var here = desk ? desk.dataset.open : "";
  var place = 0;
  var title = "";

  function rows() { return all(".case-row"); }
  function mark() {
    rows().forEach(function (row, index) {
      var chosen = row.dataset.number === here;
      row.classList.toggle("here", chosen);
      if (chosen) { row.setAttribute("aria-current", "true"); place = index; } else { row.removeAttribute("aria-current"); }
    });
  }
  function open(row) {
    if (!row) { return; }
    row.click();
    row.scrollIntoView({ block: "nearest" });
  }
  function step(by) {
    var list = rows();
    if (!list.length) { return; }
    var now = list.findIndex(function (row) { return row.dataset.number === here; });
    var next = now < 0 ? Math.min(place, list.length - 1) : Math.max(0, Math.min(list.length - 1, now + by));
    if (now !== next) { open(list[next]); }
    list[next].focus({ preventScroll: true }); // whoever walks by keys is where the list says
  }

  document.addEventListener("htmx:beforeRequest", function (event) {
    var row = event.detail.elt;
    if (!row.classList.contains("case-row")) { return; }
    if (!wide.matches) { event.preventDefault(); location.assign(row.href); return; }
    here = row.dataset.number;
    mark();
    var address = new URL(location.href);
    address.searchParams.set("case", here);
    history.replaceState(null, "", address);
  });
  document.addEventListener("htmx:afterSwap", function (event) {
    if (event.detail.target.id === "pane") { event.detail.target.scrollTop = 0; }
    if (event.detail.target.id === "case") { showOutcome(event.detail.xhr.status); }
    var refused = event.detail.target.id === "alarms" && one("#alarms .invalid-feedback:not(:empty)");
    if (refused) { // the field itself was kept as it was, without its new attributes
      var taken = one("input:not([type=hidden])", refused.closest("form"));
      taken.setAttribute("aria-invalid", "true");
      taken.focus();
    }
    if (desk && one("#pane #case")) {
      title = title || document.title;
      document.title = one("#case").dataset.number + " · " + title;
    }
    mark();
    restore();
    watch();
    copyFresh();
  });

  // What came of an act is brought into sight: the words about it above, or the first thing to mend.
  function showOutcome(status) {
    var shown = one("#case");
    if (!shown) { return; }
    var wrong = status === 422 && one(".invalid-feedback, .move .alert-danger", shown);
    if (!wrong) {
      var told = one(".case-told", shown) || shown;
      told.scrollIntoView({ block: "nearest" });
      if (told !== shown && one("#heard")) { one("#heard").textContent = told.textContent.trim(); }
      // The button that was pressed went away with the old case: what came of it has the focus and is read aloud.
      if (document.activeElement === document.body) {
        told.tabIndex = -1;
        told.focus({ preventScroll: true });
      }
      return;
    }
    var block = wrong.closest(".picker, .mb-3, form") || wrong;
    var field = one("input:not([type=hidden]):not([type=radio]), textarea, select", block);
    if (field) { field.focus({ preventScroll: true }); }
    wrong.scrollIntoView({ block: "center" });
  }

  // After an act the list follows at once; when the work with this case is done, the next one comes.
  document.addEventListener("deskActed", function (event) {
    var told = event.detail;
    forget(told.number);
    if (!desk) { return; }
    var list = rows();
    var now = list.findIndex(function (row) { return row.dataset.number === told.number; });
    var next = told.finished && wide.matches ? list[now + 1] || list[now - 1] : null;
    if (next) {
      window.otklik.notice(told.number + ": " + told.notice, "success");
      open(next);
      next.focus({ preventScroll: true });
    } else if (told.finished && wide.matches && list.length <= 1) {
      window.otklik.notice(told.number + ": " + told.notice, "success");
    }
    var queue = one("#queue");
    if (queue && window.htmx) { window.htmx.trigger(queue, "refresh"); }
  });

  document.addEventListener("DOMContentLoaded", function () {
    mark();
    restore();
    watch();
    if (desk && wide.matches) {
      var list = rows();
      open(list.find(function (row) { return row.dataset.number === here; }) || list[0]);
    }
  });

  // Minutes go by: the times left are drawn anew once a minute even if nothing else changed.
  setInterval(function () {
    var queue = one("#queue");
    if (!queue || document.hidden || !window.htmx) { return; }
    window.htmx.ajax("GET", queue.getAttribute("hx-get") + "&minute=1", { source: queue, target: "#queue", swap: "outerHTML" });
  }, 60000);

  // ---- Steps of the case.
  function go(name) {
    var panel = one("#step-" + name);
    var button = one('[data-step-target="' + name + '"]');
    if (panel) {
      panel.open = true;
      panel.scrollIntoView({ block: "nearest" });
      var first = one("input:not([type=hidden]):not(:disabled), textarea, select, button", one("form", panel) || panel);
      var picked = one("input[type=radio]:checked", panel);
      if (picked && one(".picker", panel)) { first = one("textarea", panel) || picked; }
      if (first) { first.focus(); }
    } else if (button) {
      button.scrollIntoView({ block: "nearest" });
      button.click();
    }
  }
  document.addEventListener("click", function (event) {
    var target = event.target.closest && event.target.closest("[data-go-step]");
    if (target) { go(target.dataset.goStep); }
    if (event.target.closest && event.target.closest("[data-show-help]")) { help(); }
  });
  // One panel at a time. (The name attribute of <details> would close the new one while htmx swaps.)
  document.addEventListener("toggle", function (event) {
    var panel = event.target;
    if (!panel.classList || !panel.classList.contains("move") || !panel.open) { return; }
    all(".move[open]", panel.parentElement).forEach(function (other) { if (other !== panel) { other.open = false; } });
  }, true);
  // The bar below leads to the main button; it goes away while that button is in sight, and while it would lie on a field or a button of an open step.
  var watched = null;
  var under = new Set();
  var below = window.IntersectionObserver && new IntersectionObserver(function (seen) {
    seen.forEach(function (entry) { under[entry.isIntersecting ? "add" : "delete"](entry.target); });
    under.forEach(function (field) { if (!field.isConnected) { under.delete(field); } });
    var bar = one(".case-bar");
    if (bar) { bar.classList.toggle("on-a-field", under.size > 0); }
  }, { rootMargin: "-85% 0px 0px 0px" });
  var watcher = window.IntersectionObserver && new IntersectionObserver(function (seen) {
    var bar = one(".case-bar");
    if (bar) { bar.classList.toggle("in-sight", seen[seen.length - 1].isIntersecting); }
  }, { rootMargin: "0px 0px -64px 0px" });
  function watch() {
    var shown = one("#case");
    var panel = shown && (one("#step-" + shown.dataset.step, shown) || one(".move[open]", shown));
    var button = shown && shown.dataset.step === "link" ? one('[data-step-target="link"]', shown) : panel && one(".btn-primary", panel);
    if (below && shown) {
      all("textarea, select, input:not([type=hidden]), .move button, [data-map]", shown).forEach(function (one) { below.observe(one); });
    }
    if (!watcher || button === watched) { return; }
    watcher.disconnect();
    watched = button;
    if (button) { watcher.observe(button); }
  }
  function help() {
    var dialog = one("#keys");
    if (dialog && !dialog.open) { dialog.showModal(); }
  }

  // ---- Keys, by their place on the keyboard, so that they work in the Russian layout too.
  document.addEventListener("keydown", function (event) {
    var field = event.target.closest && event.target.closest("input, textarea, select");
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && field && field.form) {
      event.preventDefault();
      var main = one("button.btn-primary[type=submit]", field.form) || one("button[type=submit]", field.form);
      field.form.requestSubmit(main || undefined);
      return;
    }
    if (event.key === "Escape" && field) { field.blur(); return; }
    if (field && field.type !== "radio" && field.type !== "checkbox") { return; }
    if (event.ctrlKey || event.metaKey || event.altKey || one("dialog[open]")) { return; }
    var acts = {
      KeyJ: function () { step(1); },
      KeyK: function () { step(-1); },
      KeyR: function () { go("redirect"); },
      KeyT: function () { go("triage"); },
      KeyA: function () { go("draft"); },
      KeyM: function () { go("join_problem"); },
      KeyS: function () { var same = one("[data-same]"); if (same) { same.click(); } },
      KeyN: function () { go("note"); },
      KeyI: function () { go("importance"); },
      KeyD: function () { var proposal = one("[data-proposal]"); if (proposal) { proposal.click(); } },
      KeyZ: function () { var undo = one("[data-undo]"); if (undo) { undo.click(); } },
      KeyC: function () { var button = one("[data-copy-link]"); if (button) { button.click(); } }
    };
    var digit = /^(?:Digit|Numpad)([1234])$/.exec(event.code);
    if (event.key === "?" || (event.code === "Slash" && event.shiftKey)) {
      help();
    } else if (event.key === "/" || (event.code === "Slash" && !event.shiftKey)) {
      var search = one("#search");
      var navigation = one("#navigation");
      if (search && navigation && !search.offsetParent) { navigation.classList.add("show"); }
      if (search) { search.focus(); search.select(); }
    } else if (digit && !field) {
      var guess = one('[data-key="' + digit[1] + '"]');
      if (!guess) { return; }
      guess.click();
    } else if (event.key === "Enter" && !event.target.closest("a, button, summary, input") || event.key === "Enter" && event.target.classList.contains("case-row") && event.target.dataset.number === here) {
      var shown = one("#case");
      if (!shown || !shown.dataset.step) { return; }
      go({ send_to_review: "draft" }[shown.dataset.step] || (one("#step-" + shown.dataset.step) || shown.dataset.step === "link" ? shown.dataset.step : "draft"));
    } else if (acts[event.code] && !event.shiftKey) {
      acts[event.code]();
    } else {
      return;
    }
    event.preventDefault();
  });

  // ---- Drafts: what is typed is kept in this browser until the server has it.
  function keyOf(form) { return "otklik-draft:" + form.dataset.draft; }
  function kept(form) {
    try { return JSON.parse(localStorage.getItem(keyOf(form)) || "null"); } catch (error) { return null; }
  }
  function forget(number) {
    try { localStorage.removeItem("otklik-draft:" + number); } catch (error) { /* nothing was kept */ }
  }
  document.addEventListener("input", function (event) {
    var area = event.target;
    var form = area.closest && area.closest("form[data-draft]");
    if (!form || !area.matches("textarea[data-keep]")) { return; }
    try {
      localStorage.setItem(keyOf(form), JSON.stringify({ text: area.value, at: Date.now() }));
    } catch (error) { /* a full or forbidden store: the page itself still holds the text */ }
  });
  function restore() {
    all("form[data-draft]").forEach(function (form) {
      var area = one("textarea[data-keep]", form);
      var saved = kept(form);
      if (!area || !saved || !saved.text || saved.text === area.value || area.dataset.restored) { return; }
      area.dataset.restored = "1";
      var server = area.value;
      area.value = saved.text;
      var told = one("[data-draft-told]", form);
      if (told) {
        told.hidden = false;
        var at = new Date(saved.at).toLocaleString(document.documentElement.lang, { day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" });
        told.textContent = told.dataset.draftTold.replace("{at}", at) + " ";
        var back = document.createElement("button");
        back.type = "button";
        back.className = "btn btn-sm";
        back.textContent = told.dataset.draftBack;
        back.addEventListener("click", function () { area.value = server; forget(form.dataset.draft); told.hidden = true; });
        told.appendChild(back);
      }
    });
  }
  document.addEventListener("submit", function (event) {
    // A call is kept until its case is open: the next page is the case's, so a failure leaves the text here.
    if (event.target.dataset.draft === "call") { sessionStorage.setItem("otklik-call-sent", "1"); }
  });
  if (one(".case-page") && sessionStorage.getItem("otklik-call-sent")) {
    sessionStorage.removeItem("otklik-call-sent");
    forget("call");
  }

  // ---- The executor's link: one key gives a text that is already copied.
  function copyFresh() {
    var area = one("textarea[data-autocopy]");
    if (!area || area.dataset.copied) { return; }
    area.dataset.copied = "1";
    var button = one('[data-copy="#link-text"]');
    area.focus();
    area.select();
    if (button) { button.click(); }
  }
})();
