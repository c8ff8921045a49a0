// Answers that wait on this telephone for a line. The page and the service worker run this same file; each answer
// carries its own key, so that one sent by both is taken once.
(() => {
  const open = () => new Promise((good, bad) => {
    const asked = indexedDB.open("otklik-task", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("waiting", { keyPath: "once" });
    asked.onsuccess = () => good(asked.result);
    asked.onerror = () => bad(asked.error);
  });
  const ask = async (mode, what) => {
    const base = await open();
    try {
      return await new Promise((good, bad) => {
        const work = base.transaction("waiting", mode);
        const asked = what(work.objectStore("waiting"));
        work.oncomplete = () => good(asked.result);
        work.onerror = work.onabort = () => bad(work.error);
      });
    } finally {
      base.close();
    }
  };
  const all = () => ask("readonly", (store) => store.getAll());
  const put = (entry) => ask("readwrite", (store) => store.put(entry));
  const remove = (once) => ask("readwrite", (store) => store.delete(once));

  // Blobs in a store are lost by some browsers, so the bytes themselves are kept.
  const add = async (url, parcel) => {
    const parts = [];
    for (const [name, value] of parcel.entries()) {
      if (typeof value === "string") parts.push({ name, text: value });
      else if (value.size) parts.push({ name, file: value.name, type: value.type, bytes: await value.arrayBuffer() });
    }
    await put({ once: parcel.get("once"), url, parts, at: Date.now(), state: "waiting" });
  };

  const send = async (entry) => {
    const body = new FormData();
    for (const part of entry.parts) body.append(part.name, part.bytes ? new File([part.bytes], part.file, { type: part.type }) : part.text);
    const answer = await fetch(entry.url, { method: "POST", body, redirect: "manual", credentials: "omit" });
    if (answer.type === "opaqueredirect") return remove(entry.once);
    if (![404, 410, 413, 422].includes(answer.status)) throw new Error("later");
    // It will not be taken however often it is sent: the page says so and gives the words back.
    return put({ ...entry, state: answer.status === 404 || answer.status === 410 ? "ended" : "refused" });
  };

  const flush = async () => {
    const work = async () => {
      let left;
      for (const entry of await all()) if (entry.state === "waiting") await send(entry).catch((why) => { left = why; });
      if (left) throw left; // a background sync is tried again by the browser
    };
    return navigator.locks ? navigator.locks.request("otklik-task", work) : work();
  };

  self.taskQueue = { add, all, remove, flush };
})();
