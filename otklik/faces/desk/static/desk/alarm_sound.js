// Danger to life is heard on every page that has the bell, seen or hidden, if this person switched the sound on.
// A browser plays nothing before the page was touched: then the button says so until the first click or key.
(function () {
  "use strict";
  var KEPT = "otklik-alarm-sound";
  var LOOK = 8000; // an alarm comes within ten seconds, also where no news are told and in a hidden tab
  var AGAIN = 60000; // an alarm that nobody took sounds again
  var root = document.documentElement;
  var context = null;
  var heard = "";
  var rungAt = 0;
  var lookedAt = Date.now();

  function bell() { return document.getElementById("bell"); }
  function wanted() { try { return localStorage.getItem(KEPT) === "1"; } catch (error) { return false; } }
  function sounder() {
    var Context = window.AudioContext || window.webkitAudioContext;
    if (!context && Context) { context = new Context(); context.onstatechange = draw; }
    return context;
  }
  function state() {
    if (!wanted()) { return "off"; }
    return context && context.state === "running" ? "on" : "waits";
  }
  function draw() {
    root.dataset.alarmState = state();
    document.querySelectorAll("[data-alarm-sound]").forEach(function (button) {
      var now = state();
      var words = { on: button.dataset.soundOn, off: button.dataset.soundOff, waits: button.dataset.soundWaits || button.dataset.soundOff }[now];
      button.setAttribute("aria-pressed", String(now === "on"));
      button.dataset.state = now;
      button.title = words;
      var label = button.querySelector("[data-sound-label]") || button.querySelector("span");
      if (label) { label.textContent = words; }
    });
  }
  function tones() {
    [0, 0.35, 0.7].forEach(function (after) {
      var tone = context.createOscillator();
      var volume = context.createGain();
      tone.frequency.value = 880;
      volume.gain.value = 0.2;
      tone.connect(volume).connect(context.destination);
      tone.start(context.currentTime + after);
      tone.stop(context.currentTime + after + 0.2);
    });
  }
  function ring() {
    if (!wanted() || !sounder()) { return; }
    context.resume().then(function () {
      if (context.state !== "running") { return; }
      tones();
      rungAt = Date.now();
      root.dataset.alarmsRung = String(Number(root.dataset.alarmsRung || 0) + 1);
      draw();
    }, draw);
  }
  function listen() {
    var shown = bell();
    if (!shown || !shown.dataset.sign) { return; }
    var isNew = shown.dataset.sign !== heard;
    if (Number(shown.dataset.alarms) && (isNew || Date.now() - rungAt >= AGAIN)) { ring(); }
    heard = shown.dataset.sign;
    draw();
  }
  // Looks by itself where nothing else asked lately.
  function look() {
    var shown = bell();
    if (shown && window.htmx && Date.now() - lookedAt >= LOOK - 500) { window.htmx.trigger(shown, "look"); }
    listen();
  }
  document.addEventListener("htmx:beforeRequest", function (event) {
    if (event.target && event.target.id === "bell") { lookedAt = Date.now(); }
  });
  document.addEventListener("htmx:afterSettle", listen);
  document.addEventListener("click", function (event) {
    if (!event.target.closest || !event.target.closest("[data-alarm-sound]")) { return; }
    var wasOn = state() === "on";
    try { localStorage.setItem(KEPT, wasOn ? "0" : "1"); } catch (error) { return; }
    if (!wasOn) { ring(); }
    draw();
  });
  // Any touch of the page lets the browser play.
  ["pointerdown", "keydown"].forEach(function (touch) {
    document.addEventListener(touch, function () {
      if (wanted() && sounder() && context.state !== "running") {
        context.resume().then(function () { draw(); if (bell() && Number(bell().dataset.alarms) && !rungAt) { ring(); } }, draw);
      }
    }, { passive: true });
  });
  window.addEventListener("storage", function (event) { if (event.key === KEPT) { draw(); } });

  // A page's own timers slow down to once a minute in a hidden tab; a worker's do not.
  function clock() {
    var script = document.currentScript || document.querySelector("script[data-alarm-clock]");
    try {
      var worker = new Worker(script.dataset.alarmClock);
      worker.onmessage = look;
      worker.onerror = function () { worker.terminate(); setInterval(look, LOOK); };
    } catch (error) { setInterval(look, LOOK); }
  }
  clock();
  if (wanted()) { sounder(); }
  document.addEventListener("DOMContentLoaded", draw);
  draw();
})();
