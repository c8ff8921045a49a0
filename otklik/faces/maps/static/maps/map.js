// Draws every [data-map] of the page when it is first seen. What it reads is written in docs/developing.md, «A map».
(() => {
  "use strict";
  const MOST_LISTED = 25;
  let engine;
  const loadEngine = (box) => {
    engine ??= new Promise((done, failed) => {
      const styles = Object.assign(document.createElement("link"), { rel: "stylesheet", href: box.dataset.mapStyles });
      const script = Object.assign(document.createElement("script"), { src: box.dataset.mapLeaflet });
      let waiting = 2;
      for (const part of [styles, script]) {
        part.onload = () => { if (!--waiting) done(window.L); };
        part.onerror = () => { engine = undefined; failed(new Error(part.src || part.href)); };
        document.head.prepend(part);  // before our own styles, which then override Leaflet's
      }
    });
    return engine;
  };
  const told = (id) => { const at = document.getElementById(id); return at ? JSON.parse(at.textContent) : {}; };
  const make = (tag, className, text) => {
    const one = document.createElement(tag);
    if (className) one.className = className;
    if (text) one.textContent = text;
    return one;
  };
  const numbers = (text) => text.split(",").map(Number);
  const fetchJson = async (address, signal) => {
    const answer = await fetch(address, { signal, headers: { Accept: "application/geo+json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  };

  const start = async (box) => {
    const words = told(box.dataset.mapWords);
    const status = box.querySelector("[data-map-status]");
    const say = (text) => { if (status) status.textContent = text || ""; };
    let L;
    try { L = await loadEngine(box); } catch { say(words.failed); return; }
    const [west, south, east, north] = numbers(box.dataset.mapView);
    const canvas = box.querySelector("[data-map-canvas]");
    const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    canvas.hidden = false;
    const map = L.map(canvas, {
      zoomControl: false, attributionControl: false, maxZoom: 19, minZoom: 5, zoomSnap: 0.25, zoomDelta: 1,
      zoomAnimation: !calm, fadeAnimation: !calm, markerZoomAnimation: !calm, scrollWheelZoom: false,
    });
    L.control.zoom({ zoomInTitle: words.nearer, zoomOutTitle: words.farther }).addTo(map);
    // The wheel scrolls the page until the map is meant.
    map.on("focus click", () => map.scrollWheelZoom.enable());
    map.on("blur", () => map.scrollWheelZoom.disable());
    map.fitBounds([[south, west], [north, east]], { animate: false });
    if (box.dataset.mapTiles) {
      L.tileLayer(box.dataset.mapTiles, { maxZoom: 19, referrerPolicy: "origin" }).addTo(map);
    }
    const names = labels(L, map);
    if (box.dataset.mapBoundaries) boundaries(L, map, box, names).catch(() => say(words.failed));
    if (!box.dataset.mapTiles && !box.dataset.mapAreas && box.dataset.mapPlaces) {
      // Names come before the points: the list beside says near which town they are.
      try { names.towns((await fetchJson(box.dataset.mapPlaces)).features); } catch { /* a map without names is a map */ }
    }
    if (box.dataset.mapPoints) points(L, map, box, words, say, names);
    const pin = onePoint(L, map, box, words, say);
    box.map = { leaflet: map, pin };
    new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(canvas);
    box.dataset.mapReady = "";
    box.dispatchEvent(new CustomEvent("map:ready", { bubbles: true }));
  };

  // Names of areas and towns, as many as find room: the important ones first, and none under a spot.
  const labels = (L, map) => {
    const wanted = [];
    const towns = [];
    let spots = [];
    const layer = L.layerGroup().addTo(map);
    const icon = (one, where) => {
      const name = make("span", "map-name-" + where, where === "value" ? "" : one.name);
      if (one.value) name.prepend(make("b", "", one.value));
      const html = make("div");
      html.append(name);
      return L.divIcon({ className: "map-name" + (one.town ? " map-town" : ""), iconSize: [0, 0], html });
    };
    // Where the name may stand, seen from its point: a town's beside it, an area's on it.
    const rooms = (one, at) => {
      const wide = one.name.length * 7 + 8;
      const tall = one.value ? 32 : 17;
      const room = (where, left, top) => ({ where, left, right: left + wide, top, bottom: top + tall });
      if (!one.town) {
        const small = one.value.length * 9 + 4;  // where the name finds no room, its value alone may
        return [room("on", at.x - wide / 2, at.y - tall / 2), { where: "value", left: at.x - small / 2, right: at.x + small / 2, top: at.y - 9, bottom: at.y + 9 }];
      }
      const gap = spots.reduce((most, spot) => Math.max(most, at.distanceTo(map.latLngToContainerPoint(spot.at)) < spot.side ? spot.side / 2 : 0), 5);
      return gap > 5
        ? [room("below", at.x - wide / 2, at.y + gap + 2), room("above", at.x - wide / 2, at.y - gap - tall - 2)]
        : [room("right", at.x + 5, at.y - tall / 2), room("left", at.x - 5 - wide, at.y - tall / 2), room("below", at.x - wide / 2, at.y + 4)];
    };
    const draw = () => {
      layer.clearLayers();
      const size = map.getSize();
      const taken = spots.map((spot) => {
        const at = map.latLngToContainerPoint(spot.at);
        return { left: at.x - spot.side / 2, right: at.x + spot.side / 2, top: at.y - spot.side / 2, bottom: at.y + spot.side / 2 };
      });
      for (const one of wanted) {
        if (one.from > map.getZoom()) continue;
        const at = map.latLngToContainerPoint(one.at);
        if (at.x < 0 || at.y < 0 || at.x > size.x || at.y > size.y) continue;
        const free = rooms(one, at).find((room) => room.left > 0 && room.right < size.x
          && !taken.some((other) => room.left < other.right && room.right > other.left && room.top < other.bottom && room.bottom > other.top));
        if (!free) continue;
        taken.push(free);
        const marker = L.marker(one.at, { icon: icon(one, free.where), interactive: false, keyboard: false, zIndexOffset: -1000 }).addTo(layer);
        const name = marker.getElement().querySelector("span");
        name.style.left = `${free.left - at.x}px`;
        name.style.top = `${free.top - at.y}px`;
      }
    };
    map.on("zoomend moveend resize", draw);
    return {
      areas(found) { wanted.unshift(...found); draw(); },
      towns(features) {
        features.forEach((one, place) => {
          const [longitude, latitude] = one.geometry.coordinates;
          const from = place < 12 ? 0 : one.properties.population > 5000 ? 7.5 : 8.5;
          const reach = Math.cbrt(one.properties.population + 1000);  // a big town is near from farther away
          const town = { at: L.latLng(latitude, longitude), name: one.properties.name, town: true, from, reach };
          towns.push(town);
          wanted.push(town);
        });
        draw();
      },
      around(found) { spots = found; draw(); },
      nearest(at) {
        const far = (town) => at.distanceTo(town.at) / town.reach;
        const best = towns.reduce((one, town) => (one && far(one) <= far(town) ? one : town), null);
        return best && at.distanceTo(best.at) < 40000 ? best.name : "";
      },
    };
  };

  const boundaries = async (L, map, box, names) => {
    const areas = box.dataset.mapAreas ? told(box.dataset.mapAreas) : null;
    const shapes = await fetchJson(box.dataset.mapBoundaries);
    const layer = L.geoJSON(shapes, {
      filter: (one) => !areas || !one.properties.inner || one.properties.code in areas,
      style: (one) => {
        const area = areas && areas[one.properties.code];
        return { className: "map-area" + (one.properties.inner ? " map-area-inner" : "") + (area ? " map-grade-" + area.grade : "") };
      },
      interactive: Boolean(areas),
      onEachFeature: (one, shape) => {
        const area = areas && areas[one.properties.code];
        if (!area) return;
        const card = make("div");
        const link = make("a", "", one.properties.name);
        link.href = area.address;
        card.append(link, make("div", "", `${area.value} — ${area.words}`));
        shape.bindPopup(card);
      },
    }).addTo(map);
    layer.bringToBack();
    if (areas) {
      names.areas(shapes.features.filter((one) => areas[one.properties.code]).map((one) => ({
        at: one.properties.label, name: one.properties.name.replace(/ район$/, ""), value: areas[one.properties.code].value, from: 0,
      })));
      if (layer.getBounds().isValid()) map.fitBounds(layer.getBounds(), { animate: false });
    }
  };

  const points = (L, map, box, words, say, names) => {
    const layer = L.layerGroup().addTo(map);
    const list = box.querySelector("[data-map-list]");
    let asked;
    const entry = (item) => {
      const line = make("li");
      const name = make(item.address ? "a" : "span", "", item.title);
      if (item.address) name.href = item.address;
      line.append(name);
      if (item.note) line.append(make("small", "", item.note));
      return line;
    };
    const nearer = (one) => {
      const [west, south, east, north] = one.properties.box;
      map.fitBounds([[south, west], [north, east]], { maxZoom: 18, padding: [30, 30] });
    };
    const card = (one) => {
      const at = make("div");
      at.append(make("b", "", one.properties.title));
      if (one.properties.note) at.append(make("div", "", one.properties.note));
      const items = make("ul");
      (one.properties.items || []).forEach((item) => items.append(entry(item)));
      if (items.children.length) at.append(items);
      return at;
    };
    const marker = (one) => {
      const { count, title, mark } = one.properties;
      const [longitude, latitude] = one.geometry.coordinates;
      const side = count === 1 ? 20 : Math.min(48, 26 + 5 * String(count).length);
      const html = make("span", "", count > 1 ? String(count) : "");
      const icon = L.divIcon({
        className: "map-spot" + (count > 1 ? " map-spot-many" : "") + (mark ? " map-spot-" + mark : ""), iconSize: [side, side], html,
      });
      const spot = L.marker([latitude, longitude], { icon, title, alt: title, riseOnHover: true });
      if (count === 1) {
        const at = make("ul");
        at.append(entry(one.properties));
        spot.bindPopup(at);
      } else if ((one.properties.items || []).length) spot.bindPopup(card(one));
      else {
        spot.on("click", () => nearer(one));
        spot.on("keypress", (event) => { if (event.originalEvent.key === "Enter") nearer(one); });
      }
      return spot.addTo(layer);
    };
    const draw = async () => {
      if (asked) asked.abort();
      asked = new AbortController();
      const seen = map.getBounds();
      const address = new URL(box.dataset.mapPoints, location.href);
      address.searchParams.set("box", [seen.getWest(), seen.getSouth(), seen.getEast(), seen.getNorth()].map((edge) => edge.toFixed(5)).join(","));
      address.searchParams.set("zoom", String(Math.round(map.getZoom())));
      let found;
      try { found = await fetchJson(address, asked.signal); } catch (error) { if (error.name !== "AbortError") say(words.failed); return; }
      const held = document.activeElement && document.activeElement.closest(".leaflet-marker-icon") ? map.getContainer() : null;
      layer.clearLayers();
      names.around(found.features.map((one) => {
        const spot = marker(one);
        return { at: spot.getLatLng(), side: spot.options.icon.options.iconSize[0] + 4 };
      }));
      if (held) held.focus({ preventScroll: true });
      say(found.capped ? words.capped : found.features.length ? "" : words.nothing);
      if (!list) return;
      list.replaceChildren(...found.features.slice(0, MOST_LISTED).map((one) => {
        if (one.properties.count === 1) return entry(one.properties);
        if ((one.properties.items || []).length) { const line = make("li"); line.append(card(one)); return line; }
        const line = make("li");
        const [longitude, latitude] = one.geometry.coordinates;
        const town = names.nearest(L.latLng(latitude, longitude));
        const button = make("button", "btn btn-sm", `${one.properties.title}${town ? " · " + town : ""}: ${words.zoom_in}`);
        button.type = "button";
        button.addEventListener("click", () => nearer(one));
        line.append(button);
        return line;
      }));
      if (found.features.length > MOST_LISTED) list.append(make("li", "text-secondary", words.more));
      box.querySelector("[data-map-listed]").hidden = !found.features.length;
    };
    // A popup that moves the map into view must not close itself by drawing anew.
    map.on("moveend", () => { if (!box.querySelector(".leaflet-popup")) draw(); });
    map.on("popupclose", () => setTimeout(() => { if (!box.querySelector(".leaflet-popup")) draw(); }, 250));
    box.addEventListener("map:reload", draw);
    draw();
  };

  // One point: shown, or set by click, by dragging, or by keyboard through the buttons below the map.
  const onePoint = (L, map, box, words, say) => {
    const inputs = (box.dataset.mapPick || "").split(" ").filter(Boolean).map((id) => document.getElementById(id));
    const picks = inputs.length === 2 && inputs.every(Boolean);
    let pin;
    const keep = (at) => {
      if (!picks) return;
      inputs[0].value = at ? at.lat.toFixed(6) : "";
      inputs[1].value = at ? at.lng.toFixed(6) : "";
      inputs[1].dispatchEvent(new Event("change", { bubbles: true }));
      say(at ? words.here : "");
    };
    const put = (at) => {
      if (!pin) {
        const icon = L.divIcon({ className: "map-spot map-spot-here", iconSize: [22, 22], html: make("span") });
        pin = L.marker(at, { icon, draggable: picks, keyboard: picks, title: words.point, alt: words.point, zIndexOffset: 1000 }).addTo(map);
        pin.on("dragend", () => keep(pin.getLatLng()));
      }
      pin.setLatLng(at);
    };
    if (picks && inputs[0].value && inputs[1].value) put(L.latLng(Number(inputs[0].value), Number(inputs[1].value)));
    else if (box.dataset.mapPoint) put(L.latLng(...numbers(box.dataset.mapPoint)));
    if (!picks) return { put };
    map.on("click", (event) => { put(event.latlng); keep(event.latlng); });
    const tools = box.querySelector("[data-map-tools]");
    if (tools) {
      tools.hidden = false;
      tools.querySelector("[data-map-centre]").addEventListener("click", () => { put(map.getCenter()); keep(map.getCenter()); });
      tools.querySelector("[data-map-clear]").addEventListener("click", () => { if (pin) { pin.remove(); pin = undefined; } keep(null); });
    }
    return { put };
  };

  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting || "mapStarted" in entry.target.dataset) continue;
      entry.target.dataset.mapStarted = "";
      seen.unobserve(entry.target);
      start(entry.target);
    }
  }, { rootMargin: "200px" });
  const watch = (root) => {
    if (root.matches && root.matches("[data-map]")) seen.observe(root);
    if (root.querySelectorAll) root.querySelectorAll("[data-map]:not([data-map-started])").forEach((box) => seen.observe(box));
  };
  watch(document);
  document.addEventListener("htmx:load", (event) => watch(event.target));
  document.addEventListener("map:added", (event) => watch(event.target));
})();
