// The service worker of /task/: opens a page that was opened before where there is no line, and sends what waits,
// also when the page is closed. It touches nothing outside of /task/ and its own static files.
const STORE = "otklik-task-1";
const MOST = 60;
const SLOW = 12000;

const keep = async (request, response) => {
  const stored = await caches.open(STORE);
  if (response.status === 404 || response.status === 410) return stored.delete(request);
  if (!response.ok || response.redirected || /no-store/.test(response.headers.get("Cache-Control") || "")) return undefined;
  await stored.put(request, response);
  const kept = await stored.keys();
  for (const old of kept.slice(0, Math.max(0, kept.length - MOST))) await stored.delete(old);
  return undefined;
};

const stale = async (request) => {
  const kept = await caches.match(request, { cacheName: STORE });
  if (!kept) return undefined;
  const page = (await kept.text()).replace("<body", '<body data-stale="1"');
  return new Response(page, { headers: kept.headers });
};

const page = async (request) => {
  let slow;
  const waited = new Promise((done) => { slow = setTimeout(async () => done(await stale(request)), SLOW); });
  const fresh = fetch(request).then(async (response) => {
    clearTimeout(slow);
    await keep(request, response.clone()).catch(() => undefined);
    return response;
  });
  try {
    return (await Promise.race([fresh, waited])) || (await fresh);
  } catch (why) {
    clearTimeout(slow);
    const kept = await stale(request);
    if (kept) return kept;
    throw why;
  }
};

const fixed = async (request) => {
  const kept = await caches.match(request, { cacheName: STORE });
  if (kept) return kept;
  const response = await fetch(request);
  await keep(request, response.clone()).catch(() => undefined);
  return response;
};

const tell = async () => {
  for (const one of await self.clients.matchAll({ type: "window" })) one.postMessage("task-queue");
};

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  if (request.mode === "navigate" && address.pathname.startsWith("/task/")) event.respondWith(page(request));
  else if (/^\/static\/task\/\w+\.[0-9a-f]{8,}\.(js|css)$/.test(address.pathname)) event.respondWith(fixed(request));
});
self.addEventListener("sync", (event) => {
  if (event.tag === "task-queue") event.waitUntil(self.taskQueue.flush().finally(tell));
});
// A page that was opened before this worker lived asks to be kept; the browser has all of it at hand already.
self.addEventListener("message", (event) => {
  if (!event.data || !Array.isArray(event.data.keep)) return;
  const wanted = event.data.keep.filter((one) => new URL(one).origin === self.location.origin).slice(0, 9);
  event.waitUntil(Promise.all(wanted.map((one) => fetch(one, { cache: "force-cache" }).then((found) => keep(one, found)).catch(() => undefined))));
});
