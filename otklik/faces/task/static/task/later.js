// A chosen photo is shown at once; with this script the two slots are two large buttons.
document.body.classList.add("live");
document.addEventListener("change", ({ target }) => {
  const slot = target.type === "file" && target.closest(".slot");
  if (!slot) return;
  const shown = slot.querySelector(".taken");
  const picture = shown.querySelector("img");
  if (picture.src) URL.revokeObjectURL(picture.src);
  shown.hidden = !target.files.length;
  if (target.files.length) picture.src = URL.createObjectURL(target.files[0]);
});

// What could not be sent waits on this telephone, says so, and goes when there is a line: by the service worker, also
// with the page closed; where the browser knows no such thing, when the page is open.
(() => {
  const note = document.querySelector("[data-waiting]");
  const lost = document.querySelector("[data-lost]"); // on the page that says the link has ended
  const form = document.querySelector("form[data-queue]");
  if (!("serviceWorker" in navigator) || !self.indexedDB || !self.taskQueue) return;
  const home = new URL("/task/", location.href).href;
  const ready = navigator.serviceWorker.register("/task/sw.js", { scope: home }).then(() => navigator.serviceWorker.ready).catch(() => null);
  ready.then((worker) => {
    if (!worker || document.body.dataset.stale) return;
    const own = [...document.querySelectorAll("link[rel=stylesheet], script[src]")].map((one) => one.href || one.src);
    worker.active.postMessage({ keep: [...new Set([location.href.split("#")[0], ...own])] });
  });

  const mine = async () => (await self.taskQueue.all()).find((one) => new URL(one.url, location.href).pathname === location.pathname);
  const show = (entry, byItself) => {
    if (!note || !form) return;
    note.hidden = !entry;
    form.hidden = Boolean(entry) && entry.state === "waiting";
    if (!entry) return;
    const word = entry.state === "waiting" ? (byItself ? "closed" : "open") : entry.state;
    note.querySelector("[data-waiting-why]").textContent = note.dataset[word];
    note.querySelector("[data-waiting-now]").hidden = entry.state !== "waiting";
    note.classList.toggle("bad", entry.state !== "waiting");
  };
  const look = async () => {
    const entry = await mine();
    const worker = await ready;
    show(entry, Boolean(worker && worker.sync));
    if (entry && entry.state !== "waiting") await self.taskQueue.remove(entry.once); // said once; the words are in the form
    return entry;
  };
  const flush = async () => {
    const waiting = await mine();
    await self.taskQueue.flush().catch(() => undefined);
    const left = await look();
    if (waiting && !left) location.replace(location.pathname);
  };

  const giveBack = async () => {
    const entry = await mine();
    if (!entry) return;
    const said = entry.parts.filter((one) => ["text", "whose"].includes(one.name) && one.text).map((one) => one.text);
    lost.querySelector("[data-lost-words]").textContent = said.join("\n");
    lost.hidden = !said.length;
  };

  // Called by keep.js when nothing answered. True: the answer is safe and will go.
  self.sendLater = async (from, parcel) => {
    try {
      await self.taskQueue.add(location.pathname, parcel);
      const worker = await ready;
      let byItself = false;
      if (worker && worker.sync) {
        await worker.sync.register("task-queue").then(() => { byItself = true; }, () => undefined);
      }
      show(await mine(), byItself);
      if (note) note.scrollIntoView({ block: "center" });
      return true;
    } catch {
      return false;
    }
  };
  if (note) {
    note.querySelector("[data-waiting-now]").addEventListener("click", flush);
    note.querySelector("[data-waiting-edit]").addEventListener("click", async () => {
      const entry = await mine();
      if (entry) await self.taskQueue.remove(entry.once);
      show(undefined, false);
    });
  }
  navigator.serviceWorker.addEventListener("message", async (event) => {
    if (event.data !== "task-queue") return;
    const shown = note && !note.hidden;
    if (shown && !(await look())) location.replace(location.pathname);
  });
  addEventListener("online", flush);
  if (lost) giveBack();
  else look().then((entry) => { if (entry && entry.state === "waiting") flush(); });
})();
