// News come by one line instead of questions every five seconds. While the line is not open, the questions go on.
// A hidden tab gives its line back (a browser has few of them) and catches up when it is seen.
(function () {
  "use strict";
  var address = document.currentScript && document.currentScript.dataset.events;
  if (!address || !window.EventSource || !window.otklik) { return; }
  var SILENCE = 40000; // two heartbeats and a half: a proxy that holds everything back sends none
  var AGAIN = 60000;
  var FIGURES = 10000; // pages of figures are drawn anew no oftener
  var line = null;
  var heard = 0;
  var refused = 0;
  var drawn = 0;
  var waiting = null;

  function live(on) { window.otklik.live = on; document.documentElement.dataset.news = on ? "told" : "asked"; }
  function figures() {
    var rest = drawn + FIGURES - Date.now();
    if (rest > 0) {
      if (!waiting) { waiting = setTimeout(function () { waiting = null; figures(); }, rest); }
      return;
    }
    drawn = Date.now();
    document.body.dispatchEvent(new CustomEvent("figures"));
  }
  function hear() { heard = Date.now(); live(true); }
  function changed(event) {
    hear();
    var news = {};
    try { news = JSON.parse(event.data); } catch (error) { /* then everything is looked at */ }
    // Many pages hear the same at once: they come one after another within a second.
    setTimeout(function () {
      if (!("figures" in news) || "cases" in news) { window.otklik.pulse(); }
      if (!("cases" in news) || "figures" in news) { figures(); }
    }, Math.random() * 700);
  }
  function shut() {
    if (line) { line.close(); }
    line = null;
    live(false);
  }
  function open() {
    if (line || document.hidden) { return; }
    line = new EventSource(address);
    line.addEventListener("hello", function () { hear(); refused = 0; window.otklik.pulse(); figures(); });
    line.addEventListener("beat", hear);
    line.addEventListener("changed", changed);
    line.addEventListener("full", function () { shut(); refused = Date.now(); });
    line.addEventListener("error", function () {
      live(false); // the browser opens it again by itself, unless it was refused
      if (line && line.readyState === EventSource.CLOSED) { shut(); refused = Date.now(); }
    });
  }
  document.addEventListener("visibilitychange", function () { if (document.hidden) { shut(); } else { open(); } });
  window.addEventListener("pagehide", shut);
  window.addEventListener("pageshow", open);
  setInterval(function () {
    if (window.otklik.live && Date.now() - heard > SILENCE) { shut(); refused = Date.now(); }
    if (!line && Date.now() - refused > AGAIN) { open(); }
  }, 5000);
  setInterval(function () { if (!document.hidden) { window.otklik.pulse(); figures(); } }, 60000);
  open();
})();
