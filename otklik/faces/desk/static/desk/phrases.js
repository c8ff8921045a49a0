// «/» at the beginning of a line of the answer opens templates and like answers. Arrows and Enter, or a digit, insert.
(function () {
  "use strict";
  function one(selector, root) { return (root || document).querySelector(selector); }
  function all(selector, root) { return Array.from((root || document).querySelectorAll(selector)); }
  function partOf(node) {
    var form = node.closest && node.closest("form[data-draft]");
    return form && one("[data-phrases]", form);
  }
  function areaOf(part) { return one("textarea[name=text]", part.closest("form")); }
  function shown(part) { return all("[role=option]", part).filter(function (option) { return !option.hidden; }); }

  function choose(part, option) {
    all("[role=option]", part).forEach(function (other) { other.setAttribute("aria-selected", String(other === option)); });
    var filter = one("input[role=combobox]", part);
    if (option) {
      filter.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else {
      filter.removeAttribute("aria-activedescendant");
    }
  }
  function number(part) {
    shown(part).forEach(function (option, index) {
      var key = one("kbd", option);
      if (!key) {
        key = document.createElement("kbd");
        key.className = "wide-only";
        one(".phrase-name", option).prepend(key);
      }
      key.textContent = String(index + 1);
      key.hidden = index > 8;
    });
  }
  function narrow(part) {
    var words = one("input[role=combobox]", part).value.toLowerCase().replace(/ё/g, "е").split(/\s+/).filter(Boolean);
    all("[role=option]", part).forEach(function (option) {
      var text = option.textContent.toLowerCase().replace(/ё/g, "е");
      option.hidden = !words.every(function (word) { return text.includes(word); });
    });
    number(part);
    choose(part, shown(part)[0]);
  }
  function open(part) {
    var box = one("[data-phrases-box]", part);
    var list = one("[data-phrases-list]", part);
    var filter = one("input[role=combobox]", part);
    box.hidden = false;
    one("[data-phrases-open]", part).setAttribute("aria-expanded", "true");
    filter.value = "";
    filter.focus();
    fetch(part.dataset.phrases, { headers: { "HX-Request": "true" }, credentials: "same-origin" }).then(function (answer) {
      if (!answer.ok) { throw new Error(String(answer.status)); }
      return answer.text();
    }).then(function (text) {
      list.innerHTML = text;
      narrow(part);
    }).catch(function () {
      list.textContent = part.dataset.phrasesFailed;
    });
  }
  function close(part) {
    one("[data-phrases-box]", part).hidden = true;
    one("[data-phrases-open]", part).setAttribute("aria-expanded", "false");
    areaOf(part).focus();
  }
  function insert(part, option) {
    var area = areaOf(part);
    var text = one("[data-text]", option).textContent;
    close(part);
    area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
    if (option.dataset.template) { one("input[name=template]", part).value = option.dataset.template; }
    var gap = /\{[^{}\n]{1,40}\}|\[(?:имя|телефон|почта|адрес|документ|госномер)\]/.exec(area.value);
    if (gap) { area.setSelectionRange(gap.index, gap.index + gap[0].length); } // the first gap is under the cursor
    tell(part);
  }
  function tell(part) {
    var told = one("[data-phrases-told]", part);
    var gaps = areaOf(part).value.match(/\{[^{}\n]{1,40}\}|\[(?:имя|телефон|почта|адрес|документ|госномер)\]/g) || [];
    gaps = gaps.filter(function (gap, index) { return gaps.indexOf(gap) === index; });
    told.hidden = !gaps.length;
    told.textContent = gaps.length ? part.dataset.phrasesGaps + " " + gaps.join(", ") : "";
  }

  document.addEventListener("input", function (event) {
    var part = partOf(event.target);
    if (!part) { return; }
    if (event.target.matches("input[role=combobox]")) { narrow(part); } else if (event.target === areaOf(part)) { tell(part); }
  });
  document.addEventListener("click", function (event) {
    var part = event.target.closest && partOf(event.target);
    if (!part) { return; }
    if (event.target.closest("[data-phrases-open]")) {
      if (one("[data-phrases-box]", part).hidden) { open(part); } else { close(part); }
      return;
    }
    var option = event.target.closest("[role=option]");
    if (option) { insert(part, option); }
  });
  document.addEventListener("keydown", function (event) {
    var part = event.target.closest && partOf(event.target);
    if (!part || event.ctrlKey || event.metaKey || event.altKey) { return; }
    var area = areaOf(part);
    if (event.target === area) {
      var before = area.value.slice(0, area.selectionStart);
      var slash = event.key === "/" || event.key === "." && event.code === "Slash"; // the same key in the Russian layout
      if (slash && /(^|\n)$/.test(before)) {
        event.preventDefault();
        open(part);
      }
      return;
    }
    if (!event.target.matches("input[role=combobox], [role=listbox]")) { return; }
    var list = shown(part);
    var at = list.findIndex(function (option) { return option.getAttribute("aria-selected") === "true"; });
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      choose(part, list[Math.max(0, Math.min(list.length - 1, at + (event.key === "ArrowDown" ? 1 : -1)))]);
    } else if (event.key === "Enter") {
      if (list[at]) { insert(part, list[at]); }
    } else if (event.key === "Escape") {
      close(part);
    } else if (/^[1-9]$/.test(event.key) && !one("input[role=combobox]", part).value && list[event.key - 1]) {
      insert(part, list[event.key - 1]);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }, true);
})();
