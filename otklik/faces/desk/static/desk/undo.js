// «Отменить» for ten seconds: in the case itself, or in a bar when the next case has come already. Z presses it.
(function () {
  "use strict";
  var source = document.getElementById("undo-words");
  if (!source) { return; } // sheets of paper have nothing to undo
  var words = JSON.parse(source.textContent);
  var bar = null;
  function one(selector, root) { return (root || document).querySelector(selector); }
  function token() { var field = one("input[name=csrfmiddlewaretoken]"); return field ? field.value : ""; }

  // The seconds run down beside the button; at the end it goes away, and the focus with it to where it was read.
  function count(holder, seconds, ended) {
    var ends = Date.now() + seconds * 1000;
    var shown = one("[data-undo-seconds]", holder);
    var timer = setInterval(function () {
      var left = Math.ceil((ends - Date.now()) / 1000);
      if (!holder.isConnected) { clearInterval(timer); return; }
      if (left > 0) { shown.textContent = left; return; }
      clearInterval(timer);
      ended();
    }, 250);
  }
  function within() {
    document.querySelectorAll("form[data-undo-last]:not([data-counted])").forEach(function (form) {
      form.dataset.counted = "1";
      count(form, Number(form.dataset.undoLast), function () {
        var had = form.contains(document.activeElement);
        var told = form.closest(".case-told");
        form.remove();
        if (had && told) { told.tabIndex = -1; told.focus({ preventScroll: true }); }
      });
    });
  }
  function shut() { if (bar) { bar.remove(); bar = null; } }
  function show(told) {
    shut();
    bar = document.createElement("div");
    bar.className = "undo-bar";
    var said = document.createElement("span");
    said.textContent = told.number + ": " + told.notice;
    var button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-sm";
    button.dataset.undo = "";
    button.setAttribute("aria-keyshortcuts", "Z");
    var seconds = document.createElement("span");
    seconds.dataset.undoSeconds = "";
    seconds.setAttribute("aria-hidden", "true");
    var key = document.createElement("kbd");
    key.className = "wide-only";
    key.textContent = "Z";
    button.append(words.undo + " ", seconds, " ", key);
    bar.append(said, button);
    document.getElementById("undo-place").appendChild(bar);
    seconds.textContent = told.undo;
    count(bar, told.undo, shut);
    button.addEventListener("click", function () {
      shut();
      var place = one("#pane") || one("#case");
      window.htmx.ajax("POST", words.address.replace("0-0", told.number), {
        target: place, swap: place.id === "pane" ? "innerHTML" : "outerHTML", values: { csrfmiddlewaretoken: token() }
      });
    });
  }
  document.addEventListener("deskActed", function (event) {
    if (event.detail.undo && event.detail.finished && one("[data-desk]") && window.matchMedia("(min-width: 992px)").matches) {
      show(event.detail);
    } else {
      shut();
    }
  });
  // What was done last is taken back first; a triage by its own button.
  document.addEventListener("desk-key", function (event) {
    if (event.detail.name !== "undo") { return; }
    var button = bar && one("[data-undo]", bar) || Array.from(document.querySelectorAll("[data-undo]")).find(function (each) { return each.offsetParent !== null; });
    if (button) { button.click(); }
  });
  document.addEventListener("htmx:afterSwap", within);
  document.addEventListener("DOMContentLoaded", within);
})();
