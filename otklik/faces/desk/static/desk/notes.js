// «@Фамилия» in a note: colleagues by the first letters, taken by Enter or Tab.
(function () {
  "use strict";
  var list = null;
  var field = null;
  var asked = 0;

  function shut() {
    if (!list) { return; }
    list.remove();
    list = null;
    if (field) { field.removeAttribute("aria-activedescendant"); field.removeAttribute("aria-controls"); }
  }
  function begun(area) {
    var before = area.value.slice(0, area.selectionStart);
    var found = /(?:^|[\s(«,])@([^\s@]{0,40})$/.exec(before);
    return found ? found[1] : null;
  }
  function options() { return list ? Array.from(list.querySelectorAll("[role=option]")) : []; }
  function choose(at) {
    var all = options();
    if (!all.length) { return; }
    var place = (at + all.length) % all.length;
    all.forEach(function (one, index) { one.setAttribute("aria-selected", String(index === place)); });
    field.setAttribute("aria-activedescendant", all[place].id);
    all[place].scrollIntoView({ block: "nearest" });
  }
  function chosen() { return options().findIndex(function (one) { return one.getAttribute("aria-selected") === "true"; }); }
  function take(one) {
    var at = field.selectionStart;
    var before = field.value.slice(0, at).replace(/@[^\s@]*$/, "@" + one.dataset.name + " ");
    field.value = before + field.value.slice(at);
    field.setSelectionRange(before.length, before.length);
    field.dispatchEvent(new Event("input", { bubbles: true }));
    shut();
    field.focus();
  }
  function offer(area, letters) {
    var form = area.closest("form[data-colleagues]");
    if (!form) { return; }
    var turn = asked += 1;
    fetch(form.dataset.colleagues + "?q=" + encodeURIComponent(letters), { credentials: "same-origin" })
      .then(function (answer) { return answer.ok ? answer.text() : ""; })
      .then(function (html) {
        if (turn !== asked || begun(area) === null) { return; }
        shut();
        if (!html) { return; }
        field = area;
        list = document.createElement("ul");
        list.className = "colleagues";
        list.id = "colleagues";
        list.setAttribute("role", "listbox");
        list.setAttribute("aria-label", area.dataset.mentionLabel);
        list.tabIndex = 0; // a long list scrolls: by keys, too
        list.innerHTML = html; // our own fragment, escaped by the server
        area.parentElement.appendChild(list);
        area.setAttribute("aria-controls", "colleagues");
        choose(0);
        list.scrollIntoView({ block: "nearest" });
      }, function () { /* without the list the name is typed whole */ });
  }
  document.addEventListener("input", function (event) {
    if (!event.target.matches || !event.target.matches("textarea[data-mention]")) { return; }
    var letters = begun(event.target);
    if (letters === null) { asked += 1; shut(); } else { offer(event.target, letters); }
  });
  // Before the desk's own keys: an open list takes Enter, Tab, arrows and Escape.
  document.addEventListener("keydown", function (event) {
    if (!list || event.target !== field || event.ctrlKey || event.metaKey) { return; }
    if (event.key === "ArrowDown") { choose(chosen() + 1); }
    else if (event.key === "ArrowUp") { choose(chosen() - 1); }
    else if ((event.key === "Enter" || event.key === "Tab") && chosen() >= 0) { take(options()[chosen()]); }
    else if (event.key === "Escape") { shut(); }
    else { return; }
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
  // What was shown waits no longer: the list and its counts are drawn anew. (No entry of the journal, so no news.)
  document.addEventListener("mentionsSeen", function () {
    var queue = document.querySelector("#queue");
    if (!queue || !window.htmx) { return; }
    window.htmx.ajax("GET", queue.getAttribute("hx-get") + "&minute=1", { source: queue, target: "#queue", swap: "outerHTML" });
  });
  document.addEventListener("mousedown", function (event) {
    var one = event.target.closest && event.target.closest(".colleagues [role=option]");
    if (one) { event.preventDefault(); take(one); } else if (list && event.target !== field) { shut(); }
  });
})();
