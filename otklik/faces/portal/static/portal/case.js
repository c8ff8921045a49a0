// «Скопировать» for the secret link. Without this script the link stands in a field and is copied by hand.
(() => {
  const source = document.querySelector("[data-copy-source]");
  const button = document.querySelector("[data-copy]");
  if (!source || !button) return;
  source.addEventListener("focus", () => source.select());
  button.hidden = false;
  button.addEventListener("click", async () => {
    const label = button.querySelector("[data-copy-label]");
    try {
      await navigator.clipboard.writeText(source.value);
    } catch {
      source.select();
      document.execCommand("copy");
    }
    label.textContent = label.dataset.copied;
  });
})();
