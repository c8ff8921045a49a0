// Figures that are open are drawn anew when newer ones are there: the page is asked for again, and its marked parts are
// exchanged. A part somebody is in at the moment, or has unfolded something in, is left alone until the next time.
(function () {
  "use strict";
  var asking = false;
  function busy(part) {
    return part.contains(document.activeElement) || part.querySelector("details[open]");
  }
  function exchange(html) {
    var fresh = new DOMParser().parseFromString(html, "text/html");
    document.querySelectorAll("[data-live]").forEach(function (part) {
      var other = fresh.querySelector('[data-live="' + part.dataset.live + '"]');
      if (other && !busy(part) && part.innerHTML !== other.innerHTML) {
        part.innerHTML = other.innerHTML;
        part.className = other.className;
      }
    });
  }
  document.body.addEventListener("figures", function () {
    if (asking || document.hidden || !document.querySelector("[data-live]")) { return; }
    asking = true;
    // A form that was sent wrong stands at an address that only takes what is sent.
    var page = document.querySelector("[data-live-address]");
    fetch(page ? page.dataset.liveAddress : location.href, { credentials: "same-origin", redirect: "error" })
      .then(function (answer) { return answer.ok ? answer.text() : ""; })
      .then(function (html) { if (html) { exchange(html); } }, function () { /* the next news tries again */ })
      .then(function () { asking = false; });
  });
})();
