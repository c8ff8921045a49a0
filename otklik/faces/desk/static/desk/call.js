// A call written down by keys: Enter goes on to the next field, what is known of the caller is taken by a button.
(function () {
  "use strict";
  function one(selector) { return document.querySelector(selector); }
  function fill(field, value) {
    if (!field || !value) { return; }
    field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
  function place(id, name) {
    var list = one("#places_list");
    var known = list.querySelector('input[value="' + id + '"]');
    if (!known) {
      var label = document.createElement("label");
      label.className = "pick";
      known = document.createElement("input");
      known.className = "form-check-input";
      known.type = "radio";
      known.name = "territory";
      known.value = id;
      var words = document.createElement("span");
      words.textContent = name;
      label.append(known, words);
      list.prepend(label);
    }
    known.checked = true;
    known.dispatchEvent(new Event("change", { bubbles: true }));
  }
  document.addEventListener("click", function (event) {
    var button = event.target.closest && event.target.closest("[data-fill]");
    if (!button) { return; }
    fill(one("#call_name"), button.dataset.value);
    if (button.dataset.fill === "place") {
      place(button.dataset.place, button.dataset.placeName);
      fill(one("#call_street"), button.dataset.street);
      fill(one("#call_house"), button.dataset.house);
    }
    one("#call_text").focus();
  });
  // Enter in a line of the form goes on: a half-told story is not sent by a slip. Ctrl+Enter sends.
  document.addEventListener("keydown", function (event) {
    var field = event.target.closest && event.target.closest(".call-card input:not([type=radio]):not([type=search])");
    if (!field || event.key !== "Enter" || event.ctrlKey || event.metaKey || event.altKey) { return; }
    event.preventDefault();
    var order = ["call_phone", "call_name", "call_text", "places_q", "call_street", "call_house", "call_place_note"];
    var next = one("#" + order[order.indexOf(field.id) + 1]) || one(".call-card button[type=submit]");
    if (next) { next.focus(); }
  });
})();
