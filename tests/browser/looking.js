// Notes, for each control that Tab reaches, whether a person sees where they are, by day and by night.
(() => {
  const found = { seen: 0, wrong: [], lost: 0, later: false };
  const reached = [];
  window.__looking = found;

  function colour(text) {
    const parts = (text.match(/[\d.]+/g) || []).map(Number);
    return { r: parts[0] || 0, g: parts[1] || 0, b: parts[2] || 0, a: parts.length > 3 ? parts[3] : 1 };
  }
  function light(c) {
    const [r, g, b] = [c.r, c.g, c.b].map((v) => (v / 255 <= 0.03928 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }
  function contrast(a, b) {
    const [low, high] = [light(a), light(b)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
  }
  function behind(element) {
    for (let one = element.parentElement; one; one = one.parentElement) {
      const c = colour(getComputedStyle(one).backgroundColor);
      if (c.a > 0.5) return c;
    }
    return { r: 255, g: 255, b: 255, a: 1 };
  }
  // A radio or a file field may be drawn by its label: then the label shows the outline.
  function drawnBy(element) {
    const box = element.getBoundingClientRect();
    const hidden = box.width < 3 || box.height < 3 || getComputedStyle(element).opacity === "0";
    return hidden ? [...(element.labels || []), element.nextElementSibling].filter(Boolean) : [element];
  }
  function outlined(element) {
    const style = getComputedStyle(element);
    if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2) return false;
    const outline = colour(style.outlineColor);
    return style.outlineStyle === "auto" || (outline.a > 0.5 && contrast(outline, behind(element)) >= 3);
  }
  function named(element) {
    const words = (element.getAttribute("aria-label") || element.textContent || element.name || "").trim().slice(0, 40);
    return `${element.tagName.toLowerCase()}#${element.id}.${element.className} «${words}»`;
  }
  const root = () => document.documentElement; // this runs before there is one
  const theme = () => root().getAttribute("data-bs-theme");
  function note(element) {
    if (!drawnBy(element).some(outlined)) found.wrong.push(`${theme() || ""} ${named(element)}`);
  }
  document.addEventListener("focusin", (event) => {
    const element = event.target;
    if (element.dataset && element.dataset.looked) return;
    if (element.dataset) element.dataset.looked = "1";
    found.seen += 1;
    reached.push([element, named(element)]);
    const now = theme();
    for (const each of now && !found.later ? ["light", "dark"] : [now]) {
      if (each && each !== now) root().setAttribute("data-bs-theme", each);
      note(element);
    }
    if (now && !found.later) root().setAttribute("data-bs-theme", now);
  });
  // For who says `later`: the same controls once more after one change of theme, not after two for each of them. After a
  // walk by keys a focus set from here is shown as that of a key is; what cannot be reached any more is counted.
  found.again = () => {
    reached.forEach(([element, name]) => {
      // What swaps itself meanwhile (the bell, a case that somebody else works on) stands there anew.
      const alike = () => document.getElementById(element.id) || [...document.getElementsByTagName(element.tagName)].find((one) => named(one) === name);
      const one = element.isConnected ? element : alike();
      if (one) one.focus({ preventScroll: true });
      if (one && document.activeElement === one && one.matches(":focus-visible")) note(one);
      else found.lost += 1;
    });
    if (document.activeElement) document.activeElement.blur();
  };
})();
