// Keys of the desk, by the table that the «?» sheet is drawn from (desk/keys.py).
(function () {
  "use strict";
  var source = document.getElementById("desk-keys");
  var table = source ? JSON.parse(source.textContent) : [];
  var KEPT = "otklik-keys:" + (document.body.dataset.user || "");
  function one(selector, root) { return (root || document).querySelector(selector); }

  // ---- Single keys can be switched off; what has no printable character stays.
  function off() { try { return localStorage.getItem(KEPT) === "off"; } catch (error) { return false; } }
  function draw() {
    document.documentElement.dataset.singleKeys = off() ? "off" : "on";
    var box = one("[data-single-keys]");
    if (box) { box.checked = !off(); }
  }
  document.addEventListener("change", function (event) {
    if (!event.target.matches || !event.target.matches("[data-single-keys]")) { return; }
    try {
      if (event.target.checked) { localStorage.removeItem(KEPT); } else { localStorage.setItem(KEPT, "off"); }
    } catch (error) { /* then it holds for nobody: the browser keeps nothing */ }
    draw();
  });
  draw();

  // ---- Tabs: the one that is open is in sight, also when the row comes anew; what is folded closes by itself.
  var unfolded = false;
  function showTab() {
    document.querySelectorAll(".tabs > .here").forEach(function (tab) {
      var row = tab.parentElement;
      row.scrollLeft = tab.offsetLeft - row.offsetLeft - (row.clientWidth - tab.offsetWidth) / 2;
    });
  }
  function more() { return one(".tabs-more[open]"); }
  document.addEventListener("htmx:oobBeforeSwap", function () { unfolded = unfolded || Boolean(more()); });
  document.addEventListener("htmx:oobAfterSwap", function () {
    var folded = one(".tabs-more");
    if (folded && unfolded) { folded.open = true; }
    unfolded = false;
    showTab();
  });
  document.addEventListener("click", function (event) {
    var open = more();
    if (open && !open.contains(event.target)) { open.open = false; }
  });
  document.addEventListener("keydown", function (event) {
    var open = event.key === "Escape" ? more() : null;
    if (open) { open.open = false; one("summary", open).focus(); }
  });
  showTab();

  // ---- A panel of the case, by the name of its step.
  function shownIn(panel) {
    var form = one("form", panel) || panel;
    var first = one("input:not([type=hidden]):not(:disabled), textarea, select", form) || one("button", form);
    var picked = one("input[type=radio]:checked", panel);
    return picked && one(".picker", panel) ? one("textarea", panel) || picked : first;
  }
  function step(name) {
    var panel = one("#step-" + name);
    var button = one('[data-step-target="' + name + '"]');
    if (panel) {
      for (var around = panel; around; around = around.parentElement && around.parentElement.closest("details")) { around.open = true; }
      panel.scrollIntoView({ block: "nearest" });
      var first = shownIn(panel);
      if (first) { first.focus(); }
    } else if (button) {
      button.scrollIntoView({ block: "nearest" });
      button.click();
    }
    return Boolean(panel || button);
  }
  function go(selector) {
    var place = one(selector);
    if (!place) { return; }
    if (place.matches("summary")) { place.parentElement.open = true; place.focus(); } else { place.click(); }
  }
  function press(selector) {
    var found = Array.from(document.querySelectorAll(selector)).find(function (each) { return each.offsetParent !== null; });
    if (found) { found.click(); }
    return Boolean(found);
  }
  function help() {
    var dialog = one("#keys");
    if (!dialog || dialog.open) { return; }
    var held = document.activeElement;
    // The list may have come anew behind the sheet: then the browser has nowhere to put the focus back.
    dialog.addEventListener("close", function () {
      var again = held && !held.isConnected && document.getElementById(held.id);
      if (again) { again.focus({ preventScroll: true }); }
    }, { once: true });
    draw();
    dialog.showModal();
  }
  function main() {
    var shown = one("#case");
    if (!shown || !shown.dataset.step) { return; }
    var name = { send_to_review: "draft" }[shown.dataset.step] || shown.dataset.step;
    if (!step(name)) { step("draft"); }
  }
  window.otklik.step = step;
  document.addEventListener("click", function (event) {
    var target = event.target.closest && event.target.closest("[data-go-step]");
    if (target) { step(target.dataset.goStep); }
    if (event.target.closest && event.target.closest("[data-show-help]")) { help(); }
  });

  function act(does, event) {
    var kind = does.split(":", 1)[0];
    var what = does.slice(kind.length + 1);
    if (kind === "step") { step(what); return; }
    if (kind === "press") { press(what); return; }
    if (kind === "go") { go(what); return; }
    if (does === "help") { help(); return; }
    if (does === "main") { main(); return; }
    document.dispatchEvent(new CustomEvent("desk-key", { detail: { name: does, shift: event.shiftKey, target: event.target } }));
  }
  // Enter belongs to a link or a button that has the focus; on the row of the case that is shown it is the main action.
  function belongs(event) {
    if (event.key !== "Enter") { return false; }
    var row = event.target.classList && event.target.classList.contains("case-row");
    var here = one("#case");
    if (row) { return !here || event.target.dataset.number !== here.dataset.number; }
    return Boolean(event.target.closest && event.target.closest("a, button, summary, input, [role=button], [role=link], [role=option]"));
  }
  document.addEventListener("keydown", function (event) {
    var field = event.target.closest && event.target.closest("input, textarea, select");
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && field && field.form) {
      event.preventDefault();
      var button = one("button.btn-primary[type=submit]", field.form) || one("button[type=submit]", field.form);
      field.form.requestSubmit(button || undefined);
      return;
    }
    if (event.key === "Escape" && field) { field.blur(); return; }
    var typed = field && field.type !== "radio" && field.type !== "checkbox";
    if (typed || event.ctrlKey || event.metaKey || event.altKey || one("dialog[open]") || belongs(event)) { return; }
    // «?» and «/» also by the character: not every keyboard has them where ours does.
    var code = event.key === "?" || event.key === "/" ? "Slash" : event.code;
    var shift = event.key === "?" || event.key !== "/" && event.shiftKey;
    var found = table.find(function (key) { return key.code === code && (key.shift === null || key.shift === shift); });
    if (!found || !found.fixed && off()) { return; }
    if (found.does === "main" && !one("#case")) { return; } // no card is here: Enter is whatever has the focus's own
    if (field && /^press:\[data-key/.test(found.does)) { return; } // a digit on a choice is the choice's own
    event.preventDefault();
    act(found.does, event);
  });
})();
