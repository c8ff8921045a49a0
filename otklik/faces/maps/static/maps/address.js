// The address field: streets and houses are offered as one types; whatever is typed is taken all the same.
// [data-address] holds [data-address-street] and [data-address-house]; the place is input[name=territory] of the form.
(() => {
  "use strict";
  const later = new Map();
  const place = (form) => {
    const chosen = form.querySelector("input[type=radio][name=territory]:checked, select[name=territory], input[type=hidden][name=territory]");
    const before = form.querySelector("[data-address-territory]");  // the case's own place, while no other is chosen
    return chosen ? chosen.value : before ? before.dataset.addressTerritory : "";
  };
  const ask = async (box, input) => {
    const form = input.closest("form");
    const street = "addressStreet" in input.dataset;
    const chosen = place(form);
    if (!chosen || (street && input.value.trim().length < 2)) return;
    const address = new URL(street ? box.dataset.addressStreets : box.dataset.addressHouses, location.href);
    const settlement = form.querySelector("input[name=settlement]");
    address.searchParams.set("territory", chosen);
    if (settlement && settlement.value) address.searchParams.set("settlement", settlement.value);
    if (!street) address.searchParams.set("street", box.querySelector("[data-address-street]").value);
    address.searchParams.set("q", input.value);
    const typed = input.value;
    let found;
    try { const answer = await fetch(address); if (!answer.ok) return; found = await answer.json(); } catch { return; }
    if (input.value !== typed) return;
    let list = document.getElementById(input.id + "_offers");
    if (!list) {
      list = document.createElement("datalist");
      list.id = input.id + "_offers";
      input.after(list);
      input.dataset.addressBefore = input.getAttribute("list") || "";
    }
    // Where we know nothing, what the page itself offers (streets of earlier cases) stays.
    input.setAttribute("list", found.offers.length ? list.id : input.dataset.addressBefore);
    list.replaceChildren(...found.offers.map((one) => {
      const option = document.createElement("option");
      option.value = one.value;
      if (one.label) { option.label = one.label; option.dataset.settlement = one.label; }
      return option;
    }));
    // A street of a village within the chosen district says which village it is.
    if (street && settlement && !settlement.value) {
      const exact = found.offers.filter((one) => one.value === typed);
      if (exact.length === 1 && exact[0].label) settlement.value = exact[0].label;
    }
  };
  const hear = (event) => {
    const input = event.target;
    if (!input.matches || !input.matches("[data-address-street], [data-address-house]")) return;
    const box = input.closest("[data-address]");
    if (!box) return;
    clearTimeout(later.get(input));
    later.set(input, setTimeout(() => ask(box, input), event.type === "focusin" ? 0 : 200));
  };
  document.addEventListener("input", hear);
  document.addEventListener("focusin", (event) => { if (event.target.matches && event.target.matches("[data-address-house]")) hear(event); });
})();
