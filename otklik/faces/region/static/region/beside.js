// The municipality beside the tiles: closed by its button or Escape, and the focus goes back to its tile.
(function () {
  "use strict";
  var from = null;
  document.body.addEventListener("htmx:beforeRequest", function (event) {
    if (event.detail.target && event.detail.target.id === "beside") { from = event.detail.elt; }
  });
  document.body.addEventListener("htmx:afterSettle", function (event) {
    if (event.detail.target && event.detail.target.id === "beside" && window.innerWidth < 992) {
      event.detail.target.scrollIntoView({ block: "start" });
    }
  });
  function close() {
    var place = document.getElementById("beside");
    if (!place || !place.firstElementChild) { return; }
    place.replaceChildren();
    if (from && from.isConnected && from.focus) { from.focus(); }
  }
  document.addEventListener("click", function (event) {
    if (event.target.closest && event.target.closest("[data-close-beside]")) { close(); }
  });
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape" && event.target.closest && event.target.closest("#beside")) { close(); }
  });
})();
