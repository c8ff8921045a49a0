// Light, dark or as the system: decided before the first paint, so that nothing flashes.
(function () {
  "use strict";
  var KEY = "otklik-theme";
  var system = window.matchMedia("(prefers-color-scheme: dark)");
  function chosen() {
    try { return localStorage.getItem(KEY) || "auto"; } catch (error) { return "auto"; }
  }
  function show() {
    var theme = chosen();
    if (theme === "auto") { theme = system.matches ? "dark" : "light"; }
    document.documentElement.setAttribute("data-bs-theme", theme);
  }
  function press() {
    document.querySelectorAll("[data-theme-switch] [data-set-theme]").forEach(function (button) {
      button.setAttribute("aria-pressed", String(button.dataset.setTheme === chosen()));
    });
  }
  document.addEventListener("click", function (event) {
    var button = event.target.closest && event.target.closest("[data-theme-switch] [data-set-theme]");
    if (!button) { return; }
    try { localStorage.setItem(KEY, button.dataset.setTheme); } catch (error) { /* a private window forgets */ }
    event.stopPropagation();
    show();
    press();
  }, true);
  document.addEventListener("DOMContentLoaded", press);
  system.addEventListener("change", show);
  show();
})();
