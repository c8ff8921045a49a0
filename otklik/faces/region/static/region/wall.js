// A screen on a wall is open for weeks and nobody stands beside it: it asks for itself again, exchanges its parts, says when
// the line is lost, and loads itself anew now and then, or when the program was updated, but only while the line holds.
(function () {
  "use strict";
  var wall = document.querySelector("[data-wall]");
  if (!wall) { return; }
  var EVERY = 20000; // when no news come by themselves
  var LOST = 50000; // so long without an answer is a lost line
  var ANEW = 6 * 3600 * 1000;
  var loaded = Date.now();
  var heard = Date.now();
  var asking = false;
  var ended = false; // the log-in
  var lost = wall.querySelector("[data-wall-lost]");

  function own(page) {
    return Array.prototype.map.call(page.querySelectorAll("script[src],link[rel=stylesheet]"), function (one) {
      return one.getAttribute("src") || one.getAttribute("href");
    }).join(" ");
  }
  var files = own(document);
  function two(n) { return (n < 10 ? "0" : "") + n; }
  function say(words) {
    if (lost.textContent !== words) { lost.textContent = words; }
    lost.hidden = !words;
  }
  function time(moment) {
    var minutes = Math.floor((moment - midnight) / 60000);
    return two(Math.floor(minutes / 60) % 24) + ":" + two(minutes % 60);
  }
  function age(minutes) {
    var words = minutes < 60 ? wall.dataset.minutes : minutes < 2880 ? wall.dataset.hours : wall.dataset.days;
    return words.replace("{n}", minutes < 60 ? minutes : minutes < 2880 ? Math.floor(minutes / 60) : Math.floor(minutes / 1440));
  }
  function told() {
    var old = Date.now() - heard;
    if (old > LOST || ended) {
      var words = ended ? wall.dataset.login : wall.dataset.lost;
      say(words.replace("{at}", time(heard)).replace("{age}", age(Math.floor(old / 60000))));
    }
  }
  function exchange(html) {
    var fresh = new DOMParser().parseFromString(html, "text/html");
    if (!fresh.querySelector("[data-wall]")) { return; }
    heard = Date.now();
    ended = false;
    say("");
    if (own(fresh) !== files || heard - loaded > ANEW) { location.reload(); return; }
    wall.querySelectorAll("[data-wall-part]").forEach(function (part) {
      var other = fresh.querySelector('[data-wall-part="' + part.dataset.wallPart + '"]');
      if (other && part.innerHTML !== other.innerHTML) { part.innerHTML = other.innerHTML; part.className = other.className; }
    });
    wall.querySelector("[data-wall-day]").textContent = fresh.querySelector("[data-wall-day]").textContent;
  }
  function ask() {
    if (asking) { return; }
    asking = true;
    var stop = new AbortController();
    var limit = setTimeout(function () { stop.abort(); }, 15000);
    fetch(location.href, { credentials: "same-origin", redirect: "manual", cache: "no-store", signal: stop.signal })
      .then(function (answer) {
        if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) { ended = true; return ""; }
        return answer.ok ? answer.text() : "";
      })
      .then(function (html) { if (html) { exchange(html); } }, function () { /* the next time */ })
      .then(function () { clearTimeout(limit); asking = false; told(); });
  }
  var clock = wall.querySelector("[data-wall-clock]");
  // The clock of the wall is the server's, moved on by the screen's own: a wrong zone of the machine does no harm.
  var shown = clock.textContent.split(":");
  var midnight = loaded - (Number(shown[0]) * 60 + Number(shown[1])) * 60000 - new Date(loaded).getSeconds() * 1000;
  setInterval(function () {
    clock.textContent = time(Date.now());
    told();
  }, 1000);
  setInterval(ask, EVERY);
  document.body.addEventListener("figures", ask);
  window.addEventListener("online", ask);

  var full = wall.querySelector("[data-wall-full]");
  if (!document.documentElement.requestFullscreen) { full.hidden = true; }
  full.addEventListener("click", function () { document.documentElement.requestFullscreen().catch(function () { full.hidden = true; }); });
  document.addEventListener("fullscreenchange", function () {
    document.body.classList.toggle("wall-whole", Boolean(document.fullscreenElement));
  });
  // Where the browser can, the screen is kept awake; it gives that back when hidden, so it is asked for again.
  function awake() {
    if (navigator.wakeLock && !document.hidden) { navigator.wakeLock.request("screen").catch(function () { /* not here */ }); }
  }
  document.addEventListener("visibilitychange", awake);
  awake();
})();
