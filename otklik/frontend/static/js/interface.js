// What every page shares: the pulse for live fragments, notices of failed sending, confirmation, copying.
(function () {
  "use strict";
  var PULSE = 5000;
  var words = JSON.parse(document.getElementById("interface-words").textContent); // in the page's language

  // Fragments listen with hx-trigger="pulse from:body". A hidden tab asks nothing and catches up when seen.
  function pulse() {
    if (!document.hidden) { document.body.dispatchEvent(new CustomEvent("pulse")); }
  }
  setInterval(function () { if (!window.otklik.live) { pulse(); } }, PULSE); // events.js: news come by themselves
  document.addEventListener("visibilitychange", pulse);

  // A notice at the edge of the page. It carries text only, never markup.
  function notice(text, kind, action) {
    var box = document.createElement("div");
    box.className = "alert alert-" + (kind || "info") + " notice";
    var words = document.createElement("div");
    words.textContent = text;
    box.appendChild(words);
    if (action) {
      var button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-sm";
      button.textContent = action.label;
      button.addEventListener("click", function () { box.remove(); action.run(); });
      box.appendChild(button);
    }
    var close = document.createElement("button");
    close.type = "button";
    close.className = "btn-close";
    close.setAttribute("aria-label", words.close);
    close.addEventListener("click", function () { box.remove(); });
    box.appendChild(close);
    var place = document.getElementById("notices");
    while (place.children.length > 2) { place.firstElementChild.remove(); }
    place.appendChild(box);
    if (kind !== "danger") { setTimeout(function () { box.remove(); }, 8000); }
  }
  window.otklik = { notice: notice, pulse: pulse, live: false, words: words };

  // Live fragments fail silently (the next pulse tries again); what a person did is answered.
  function byPerson(event) {
    var cause = event.detail.requestConfig && event.detail.requestConfig.triggeringEvent;
    return !(cause && ["pulse", "figures", "load"].includes(cause.type));
  }
  function again(event) {
    var source = event.detail.elt;
    return {
      label: words.again,
      run: function () {
        if (source.tagName === "FORM") { source.requestSubmit(); } else { source.click(); }
      }
    };
  }
  function unsent(event) {
    if (byPerson(event)) {
      notice(words.unsent, "danger", again(event));
    }
  }
  document.addEventListener("htmx:sendError", unsent);
  document.addEventListener("htmx:timeout", unsent);
  document.addEventListener("htmx:responseError", function (event) {
    if (!byPerson(event)) { return; }
    var request = event.detail.xhr;
    if (request.status === 401) { location.reload(); return; }
    var told = new DOMParser().parseFromString(request.responseText, "text/html").querySelector(".alert");
    var text = told ? told.textContent.trim() : words.failed.replace("{status}", request.status);
    notice(text, "danger", request.status >= 500 ? again(event) : null);
  });

  // data-confirm="Что произойдёт?" on a button of a form.
  document.addEventListener("click", function (event) {
    var button = event.target.closest && event.target.closest("[data-confirm]");
    if (!button || button.dataset.confirmed) { return; }
    event.preventDefault();
    event.stopImmediatePropagation();
    var dialog = document.createElement("dialog");
    dialog.className = "confirm";
    var question = document.createElement("p");
    question.textContent = button.dataset.confirm;
    var yes = document.createElement("button");
    yes.type = "button";
    yes.className = "btn btn-primary";
    yes.textContent = button.dataset.confirmYes || button.textContent.trim();
    var no = document.createElement("button");
    no.type = "button";
    no.className = "btn";
    no.textContent = words.cancel;
    dialog.append(question, yes, no);
    document.body.appendChild(dialog);
    no.addEventListener("click", function () { dialog.close(); });
    yes.addEventListener("click", function () {
      button.dataset.confirmed = "1";
      dialog.close();
      button.click();
      delete button.dataset.confirmed;
    });
    dialog.addEventListener("close", function () { dialog.remove(); button.focus(); });
    dialog.showModal();
  }, true);

  // data-copy="#id" copies the text of that element, data-copy-text="…" the text itself.
  function copy(text) {
    if (navigator.clipboard && window.isSecureContext) { return navigator.clipboard.writeText(text); }
    return new Promise(function (done, fail) {
      var area = document.createElement("textarea");
      area.value = text;
      area.className = "offscreen";
      document.body.appendChild(area);
      area.select();
      var copied = document.execCommand("copy");
      area.remove();
      if (copied) { done(); } else { fail(new Error("refused")); }
    });
  }
  document.addEventListener("click", function (event) {
    var button = event.target.closest && event.target.closest("[data-copy], [data-copy-text]");
    if (!button) { return; }
    var source = button.dataset.copy ? document.querySelector(button.dataset.copy) : null;
    var text = source ? (source.value !== undefined ? source.value : source.textContent) : button.dataset.copyText;
    copy(text).then(
      function () { notice(button.dataset.copied || words.copied, "success"); },
      function () { notice(words.not_copied, "warning"); }
    );
  });

  document.addEventListener("click", function (event) {
    if (event.target.closest && event.target.closest("[data-print]")) { window.print(); }
  });

  // A form sent twice by an impatient finger is sent once. Files leave the page where it is: DOCX, then PDF are two acts.
  document.addEventListener("submit", function (event) {
    var form = event.target, by = event.submitter && event.submitter.name === "as" ? event.submitter.value : "form";
    if (form.dataset.sent === by && !form.hasAttribute("hx-post")) { event.preventDefault(); return; }
    if (form.method === "post" && !form.hasAttribute("hx-post")) {
      form.dataset.sent = by;
      setTimeout(function () { delete form.dataset.sent; }, 4000);
    }
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) { delete form.dataset.sent; });
  });

  // The menu of the public pages closes as menus do: by Escape, and by a click elsewhere.
  function shut(event) {
    document.querySelectorAll(".public-menu[open]").forEach(function (menu) {
      if (event.type === "keydown" ? event.key !== "Escape" : menu.contains(event.target)) { return; }
      menu.open = false;
      if (event.type === "keydown") { menu.firstElementChild.focus(); }
    });
  }
  document.addEventListener("click", shut);
  document.addEventListener("keydown", shut);

  // A form that came back: the first field to mend has the focus, so that it is read aloud with what is wrong.
  document.addEventListener("DOMContentLoaded", function () {
    var wrong = document.querySelector("main [aria-invalid=true]");
    var folded = wrong && wrong.closest("details:not([open])");
    if (folded) { folded.open = true; }
    if (wrong && wrong.tagName === "FIELDSET") { wrong = wrong.querySelector("input"); }
    if (!wrong) {
      wrong = document.querySelector("main form .alert-danger[role=alert]:not([hidden])");
      if (wrong) { wrong.tabIndex = -1; }
    }
    if (wrong) { wrong.focus(); }
  });

  // data-submit-on-change: filters apply themselves.
  document.addEventListener("change", function (event) {
    var form = event.target.closest && event.target.closest("form[data-submit-on-change]");
    if (form) { form.requestSubmit(); }
  });
})();
