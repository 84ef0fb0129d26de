"use strict";
// Taking down what somebody says: what is known of it already is shown while it is typed, and nothing typed is lost.
// What is not saved yet stays in this browser, for this officer, until it is saved, thrown away, or they sign out.
(() => {
  const PREFIX = "wadul-catat:";
  const LASTS = 12 * 3600 * 1000;
  const form = () => document.querySelector("form[data-taking]");
  const key = () => PREFIX + form().dataset.taking;
  const later = (wait, does) => { let timer = 0; return (...given) => { clearTimeout(timer); timer = setTimeout(does, wait, ...given); }; };

  // --- what was typed stays ------------------------------------------------------------------------------------
  const kept = (control) => control.name && control.name !== "csrf" && !["file", "submit"].includes(control.type)
    && (!["radio", "checkbox"].includes(control.type) || control.checked);
  const keep = later(250, () => {
    if (!form()) return;
    const values = Object.fromEntries([...form().elements].filter(kept).map((one) => [one.name, one.value]));
    const says = ["text", "nama", "kontak", "objek", "tempat"].some((name) => (values[name] || "").trim());
    try {
      if (says) localStorage.setItem(key(), JSON.stringify({ at: Date.now(), values }));
      else localStorage.removeItem(key());
    } catch { /* a browser that keeps nothing */ }
  });
  const found = () => {
    try {
      const draft = JSON.parse(localStorage.getItem(key()) || "null");
      return draft && Date.now() - draft.at < LASTS ? draft.values : null;
    } catch { return null; }
  };
  const forget = () => {
    try { for (const one of Object.keys(localStorage)) if (one.startsWith(PREFIX)) localStorage.removeItem(one); } catch { /* nothing is kept */ }
  };
  const restore = () => {
    const values = form() && !("refusedHere" in form().dataset) && found();
    if (!values) return;
    for (const control of form().elements) {
      if (!(control.name in values) || control.type === "file" || control.name === "csrf") continue;
      if (control.type === "radio") control.checked = control.value === values[control.name];
      else control.value = values[control.name];
    }
    chosen = true;
    document.getElementById("restored").hidden = false;
  };
  const discard = () => { forget(); for (const one of form().querySelectorAll("input, textarea")) one.value = one.defaultValue; location.reload(); };

  // --- what is known -------------------------------------------------------------------------------------------
  let chosen = false;
  let asked = 0;
  const look = later(350, async () => {
    const place = document.querySelector("[data-look]");
    if (!place || !form()) return;
    const body = new FormData();
    for (const name of ["csrf", "kontak", "text", "objek", "tempat"]) body.set(name, form().elements[name].value);
    const mine = asked += 1;
    try {
      const answer = await fetch(place.dataset.look, { method: "POST", body, credentials: "same-origin", headers: { "HX-Request": "true" } });
      if (!answer.ok || mine !== asked) return;
      const told = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("recognised");
      if (!told) return;
      place.replaceChildren(document.importNode(told, true));
      guess(told.dataset.guess);
    } catch { /* a hint, no more */ }
  });
  const guess = (kind) => {
    if (chosen || !kind) return;
    const pick = form().querySelector(`[name=jenis][value="${CSS.escape(kind)}"]`);
    if (pick) pick.checked = true;
  };
  document.addEventListener("click", (event) => {
    const name = event.target.closest("[data-name]");
    if (name && form()) {
      form().elements.nama.value = name.dataset.name;
      form().elements.objek.focus();
      keep();
    }
    if (event.target.closest("#restored button")) discard();
  });

  // --- files that are too large are said before they travel ----------------------------------------------------
  const weigh = (input) => {
    const large = [...input.files].find((file) => file.size > 25 * 1024 * 1024);
    const words = form().querySelector("[data-large]").dataset.large;
    input.setCustomValidity(large ? words.replace("{name}", large.name) : "");
    if (large) input.reportValidity();
  };

  // --- a session that ended: signed in again in another tab, the same form may go ---------------------------------
  let out = false;
  const again = async () => {
    if (!out || !form()) return;
    try {
      const answer = await fetch("/meja/baru", { credentials: "same-origin", redirect: "error" });
      const fresh = answer.ok && new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("form[data-taking]");
      if (!fresh || fresh.dataset.taking !== form().dataset.taking) return;
      for (const token of document.querySelectorAll("[name=csrf]")) token.value = fresh.elements.csrf.value;
      out = false;
      document.getElementById("signed-out").hidden = true;
    } catch { /* not yet */ }
  };
  document.addEventListener("signed-out", () => { out = true; });
  window.addEventListener("focus", again);

  document.addEventListener("input", (event) => {
    if (!form() || !form().contains(event.target)) return;
    keep();
    if (["kontak", "text", "objek", "tempat"].includes(event.target.name)) look();
  });
  document.addEventListener("change", (event) => {
    if (!form() || !form().contains(event.target)) return;
    if (event.target.name === "jenis") chosen = true;
    if (event.target.type === "file") weigh(event.target); else keep();
  });
  document.addEventListener("keydown", (event) => {
    const name = event.key === "ArrowDown" && event.target.name === "kontak" && document.querySelector("[data-name]");
    if (name) { event.preventDefault(); name.focus(); }
    if (event.altKey && event.code === "KeyP") {
      const link = document.querySelector("[data-print]");
      if (link) { event.preventDefault(); link.click(); }
    }
    const next = event.key === "Enter" && event.shiftKey && (event.ctrlKey || event.metaKey) && form() && form().querySelector("[name=lagi]");
    if (!next || !form().contains(event.target)) return;
    event.preventDefault();
    event.stopPropagation();
    next.click();
  }, true);
  // What was sent once is sent again as it was: nothing changes it any more but whoever types.
  document.addEventListener("submit", (event) => { if (event.target === form()) chosen = true; }, true);
  const ready = () => {
    chosen = !!form() && "refusedHere" in form().dataset;
    if (document.querySelector("[data-taken]")) forget();
    restore();
  };
  document.addEventListener("htmx:afterSwap", (event) => { if (event.target.id === "main") ready(); });
  ready();
})();
