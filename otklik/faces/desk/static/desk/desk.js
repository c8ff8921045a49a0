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

  // ---- A paper made from what stands in a form: fetched as a file, past htmx, and the form stays as it is.
  document.addEventListener("click", function (event) {
    var button = event.target.closest("button[data-plain]");
    if (!button || !button.form) { return; }
    event.preventDefault();
    var plain = document.createElement("form");
    plain.method = "post";
    plain.action = button.getAttribute("formaction");
    plain.hidden = true;
    var given = new FormData(button.form);
    given.forEach(function (value, name) {
      var field = document.createElement("input");
      field.type = "hidden";
      field.name = name;
      field.value = value;
      plain.append(field);
    });
    document.body.append(plain);
    plain.submit();
    plain.remove();
  });

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
      here = one("#case").dataset.number; // an act that was taken back brings its case again
      document.title = here + " · " + title;
    }
    mark();
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
    if (!desk) { return; }
    var list = rows();
    var now = list.findIndex(function (row) { return row.dataset.number === told.number; });
    var next = told.finished && wide.matches ? list[now + 1] || list[now - 1] : null;
    if (next) {
      if (!told.undo) { window.otklik.notice(told.number + ": " + told.notice, "success"); }
      open(next);
      next.focus({ preventScroll: true });
    } else if (told.finished && wide.matches && list.length <= 1 && !told.undo) {
      window.otklik.notice(told.number + ": " + told.notice, "success");
    }
    var queue = one("#queue");
    if (queue && window.htmx) { window.htmx.trigger(queue, "refresh"); }
  });

  document.addEventListener("DOMContentLoaded", function () {
    mark();
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

  // ---- What keys.js leaves to this page.
  function beside(by) { // the tab to the left or right of the one we are in
    var tabs = all("#tabs a.tab");
    var now = tabs.findIndex(function (tab) { return tab.classList.contains("here"); });
    var next = tabs[now + by];
    if (next) { location.assign(next.href); }
  }
  document.addEventListener("desk-key", function (event) {
    var name = event.detail.name;
    if (name === "next") { step(1); }
    if (name === "previous") { step(-1); }
    if (name === "tab-left") { beside(-1); }
    if (name === "tab-right") { beside(1); }
    if (name !== "search") { return; }
    var search = one("#search");
    var navigation = one("#navigation");
    if (search && navigation && !search.offsetParent) { navigation.classList.add("show"); }
    if (search) { search.focus(); search.select(); }
  });

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
