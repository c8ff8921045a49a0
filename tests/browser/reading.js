// What is too pale to read on this page, and which controls have no name to be read aloud.
() => {
  const found = { pale: [], nameless: [], words: 0 };
  const label = (node) => node.tagName.toLowerCase() + (node.id ? "#" + node.id : "") +
    (node.className && typeof node.className === "string" ? "." + node.className.trim().split(/\s+/).slice(0, 2).join(".") : "") +
    " «" + (node.textContent || node.value || "").trim().slice(0, 30) + "»";
  const shown = (node) => {
    const box = node.getBoundingClientRect();
    return box.width > 1 && box.height > 1 && node.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true });
  };

  const reached = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
  document.querySelectorAll(reached).forEach((node) => {
    if (node.disabled || node.tabIndex < 0 || !node.checkVisibility({ checkVisibilityCSS: true })) { return; }
    const name = node.getAttribute("aria-label") || node.title || node.textContent.trim() || node.placeholder || (node.labels && node.labels.length && node.labels[0].textContent.trim()) || node.getAttribute("aria-labelledby") || node.alt || (node.querySelector("img[alt], [aria-label]") ? "named" : "");
    if (!name) { found.nameless.push(label(node)); }
  });

  // The browser itself turns oklch(), color-mix() and their like into numbers.
  const pen = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d", { willReadFrequently: true });
  const known = new Map();
  const colour = (text) => {
    if (!known.has(text)) {
      pen.clearRect(0, 0, 1, 1);
      pen.fillStyle = text;
      pen.fillRect(0, 0, 1, 1);
      const [r, g, b, a] = pen.getImageData(0, 0, 1, 1).data;
      known.set(text, [r, g, b, a / 255]);
    }
    return known.get(text);
  };
  const over = (top, below) => [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3])).concat(1);
  const ground = (node) => {
    const layers = [];
    for (let one = node; one; one = one.parentElement) {
      const style = getComputedStyle(one);
      if (style.backgroundImage.includes("url(") && one !== node) { return null; }
      const layer = colour(style.backgroundColor);
      if (style.backgroundColor !== "transparent" && layer[3] > 0) { layers.push(layer); if (layer[3] === 1) { break; } }
    }
    return layers.reverse().reduce((below, top) => over(top, below), [255, 255, 255, 1]);
  };
  const light = (c) => {
    const [r, g, b] = c.slice(0, 3).map((v) => { v /= 255; return v <= 0.03928 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4); });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const seen = new Set();
  for (let text = walker.nextNode(); text; text = walker.nextNode()) {
    const node = text.parentElement;
    if (!text.textContent.trim() || seen.has(node) || !shown(node) || node.closest("option, svg, script, style, [disabled], [aria-hidden=true], .visually-hidden, .disabled")) { continue; }
    seen.add(node);
    found.words += 1;
    const style = getComputedStyle(node);
    const below = ground(node);
    if (!below) { continue; }
    const front = over(colour(style.color), below);
    const [a, b] = [light(front), light(below)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    const size = parseFloat(style.fontSize);
    const enough = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
    if (ratio < enough - 0.05) { found.pale.push(ratio.toFixed(2) + " " + label(node)); }
  }
  return found;
}
