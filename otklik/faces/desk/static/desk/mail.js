// 1, 2, 3: the keys of a letter.
(function () {
  "use strict";
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) { return; }
    if (event.target.closest("input, textarea, select, [contenteditable]")) { return; }
    var form = document.querySelector("[data-mail-keys]");
    if (!form || !/^[1-9]$/.test(event.key)) { return; }
    var button = form.querySelector("[data-key='" + event.key + "']");
    if (button) { event.preventDefault(); button.click(); }
  });
})();
