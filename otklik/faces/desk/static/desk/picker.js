// A picker by keyboard: Enter takes the first found and goes on, the arrow goes into the list.
(function () {
  "use strict";
  function take(picker) {
    var choice = picker.querySelector("input[type=radio]");
    if (!choice) { return; }
    choice.checked = true;
    choice.dispatchEvent(new Event("change", { bubbles: true }));
    var next = picker.nextElementSibling && picker.nextElementSibling.querySelector("input:not([type=hidden]), textarea, select");
    (next || choice).focus();
  }
  function found(picker) {
    picker.dataset.found = picker.querySelector("input[type=search]").value;
    if (picker.dataset.taking) { delete picker.dataset.taking; take(picker); }
  }
  document.addEventListener("keydown", function (event) {
    var picker = event.target.matches && event.target.matches(".picker input[type=search]") && event.target.closest(".picker");
    if (!picker || event.ctrlKey || event.metaKey || event.altKey) { return; }
    if (event.key === "ArrowDown") {
      var choice = picker.querySelector("input[type=radio]:checked") || picker.querySelector("input[type=radio]");
      if (choice) { event.preventDefault(); choice.focus(); }
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (!event.target.value) { return; }
      if (picker.dataset.found === event.target.value) { take(picker); } else { picker.dataset.taking = "1"; }
    }
  });
  document.addEventListener("input", function (event) {
    if (event.target.matches(".picker input[type=search]")) { delete event.target.closest(".picker").dataset.taking; }
  });
  document.addEventListener("htmx:afterSwap", function (event) {
    if (event.detail.target.classList.contains("picker-list")) { found(event.detail.target.closest(".picker")); }
  });
})();
