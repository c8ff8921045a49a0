// Chosen cases: a tick or X, a range with Shift, the whole page. What is chosen outlives the live list and its pages.
(function () {
  "use strict";
  var KEPT = "otklik-picked";
  var MOST = 200;
  function one(selector, root) { return (root || document).querySelector(selector); }
  function boxes() { return Array.from(document.querySelectorAll("input[data-pick]")); }
  function read() { try { return new Set(JSON.parse(sessionStorage.getItem(KEPT) || "[]")); } catch (error) { return new Set(); } }
  function keep() { try { sessionStorage.setItem(KEPT, JSON.stringify(Array.from(picked))); } catch (error) { /* this page only */ } }

  var picked = read();
  var last = "";
  if (one("[data-picked-done]")) { picked = new Set(); keep(); return; }
  var form = one("#bulk");
  if (!form) { return; }

  function draw() {
    var shown = boxes();
    shown.forEach(function (box) { box.checked = picked.has(box.value); });
    var whole = one("input[data-pick-page]");
    if (whole) {
      var here = shown.filter(function (box) { return box.checked; }).length;
      whole.checked = shown.length > 0 && here === shown.length;
      whole.indeterminate = here > 0 && here < shown.length;
    }
    form.hidden = picked.size === 0;
    one("[data-picked-count]", form).textContent = picked.size;
  }
  function set(number, on) {
    if (on && picked.size >= MOST && !picked.has(number)) {
      window.otklik.notice(form.dataset.full, "warning");
      return;
    }
    if (on) { picked.add(number); } else { picked.delete(number); }
  }
  function pick(number, on, range) {
    var all = boxes().map(function (box) { return box.value; });
    var from = all.indexOf(last);
    var to = all.indexOf(number);
    if (range && from >= 0 && to >= 0) {
      all.slice(Math.min(from, to), Math.max(from, to) + 1).forEach(function (each) { set(each, on); });
    } else {
      set(number, on);
    }
    last = number;
    keep();
    draw();
  }

  document.addEventListener("click", function (event) {
    var box = event.target;
    if (!box.matches) { return; }
    if (box.matches("input[data-pick]")) { pick(box.value, box.checked, event.shiftKey); }
    if (box.matches("input[data-pick-page]")) {
      boxes().forEach(function (each) { set(each.value, box.checked); });
      keep();
      draw();
    }
    if (box.closest("[data-pick-none]")) { picked = new Set(); keep(); draw(); }
  });
  document.addEventListener("desk-key", function (event) {
    if (event.detail.name !== "pick") { return; }
    var target = event.detail.target;
    var focused = target.closest && target.closest(".case-item");
    var row = focused ? one(".case-row", focused) : one(".case-row.here");
    if (!row) { return; }
    pick(row.dataset.number, event.detail.shift ? true : !picked.has(row.dataset.number), event.detail.shift);
  });
  // What is chosen on other pages goes along.
  form.addEventListener("submit", function () {
    form.querySelectorAll("input[data-carried]").forEach(function (old) { old.remove(); });
    var here = new Set(boxes().map(function (box) { return box.value; }));
    picked.forEach(function (number) {
      if (here.has(number)) { return; }
      var carried = document.createElement("input");
      carried.type = "hidden";
      carried.name = "case";
      carried.value = number;
      carried.dataset.carried = "1";
      form.appendChild(carried);
    });
  });
  document.addEventListener("htmx:afterSwap", draw);
  window.addEventListener("pageshow", function () { picked = read(); draw(); });
  draw();
})();
