/* A check in the field on a phone: every word and photo is kept in the browser at once, and sent when there is a line,
   photo by photo, each with a key of its own, so that what goes twice arrives once. */
"use strict";
(() => {
  const form = document.getElementById("field-form");
  if (!form || !window.indexedDB) return;
  const root = form.dataset;
  const check = root.check;
  const said = document.getElementById("field-state");
  const list = document.getElementById("shots");
  const picker = document.getElementById("field-photo");
  const names = ["text", "present", "owner", "permit", "conclusion"];
  const LONGEST_SIDE = 1600, SMALL = 700000, HEAD = 131072, AGAIN = 20000;
  let draft = null, sending = false, again = null;

  const store = new Promise((done, failed) => {
    const asked = indexedDB.open("wadul-lapangan", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("drafts");
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
  const place = root.officer + ":" + check;
  async function kept(mode, act) {
    const db = await store;
    return new Promise((done, failed) => {
      const all = db.transaction("drafts", mode);
      const asked = act(all.objectStore("drafts"));
      all.oncomplete = () => done(asked.result);
      all.onerror = all.onabort = () => failed(all.error);
    });
  }
  const save = () => kept("readwrite", (drafts) => drafts.put(draft, place));
  const key = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (one) => one.toString(16).padStart(2, "0")).join("");
  const fresh = () => ({ key: key(), values: {}, photos: [], queued: false, at: "" });

  function say(state, words) {
    said.dataset.state = state;
    said.querySelector("span").textContent = words || root[state];
    said.hidden = false;
  }

  function show() {
    for (const name of names) form.elements[name].value = draft.values[name] || "";
    list.replaceChildren(...draft.photos.map(shot));
    form.querySelector("[type=submit]").disabled = draft.queued;
  }

  function shot(photo) {
    const item = document.createElement("li"), image = document.createElement("img");
    const where = document.createElement("small"), caption = document.createElement("input"), drop = document.createElement("button");
    image.src = URL.createObjectURL(photo.blob);
    image.alt = photo.name;
    where.textContent = [new Date(photo.at).toLocaleString(document.documentElement.lang), photo.latitude === undefined ? "" : photo.latitude.toFixed(5) + ", " + photo.longitude.toFixed(5)].filter(Boolean).join(" · ");
    caption.value = photo.caption || "";
    caption.maxLength = 200;
    caption.placeholder = root.caption;
    caption.setAttribute("aria-label", root.caption);
    caption.addEventListener("input", () => { photo.caption = caption.value; save(); });
    drop.type = "button";
    drop.className = "button small";
    drop.textContent = root.drop;
    drop.addEventListener("click", async () => { draft.photos = draft.photos.filter((one) => one !== photo); await save(); show(); });
    item.append(image, where, caption, drop);
    return item;
  }

  async function smaller(file) {
    if (file.size <= SMALL) return file;
    try {
      const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
      const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
      const canvas = document.createElement("canvas");
      canvas.width = Math.round(picture.width * scale);
      canvas.height = Math.round(picture.height * scale);
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      return (await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.82))) || file;
    } catch (error) {
      return file;
    }
  }

  function locate(photo) {
    if (!navigator.geolocation) return;
    navigator.geolocation.getCurrentPosition(async (found) => {
      photo.latitude = found.coords.latitude;
      photo.longitude = found.coords.longitude;
      await save();
      show();
    }, () => {}, { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 });
  }

  async function take(files) {
    for (const file of files) {
      const head = await file.slice(0, HEAD).arrayBuffer(), small = await smaller(file);
      const bytes = await small.arrayBuffer();
      const photo = { key: key(), name: file.name, blob: new Blob([bytes], { type: small.type }), head: new Blob([head]), at: new Date(file.lastModified || Date.now()).toISOString(), caption: "" };
      draft.photos.push(photo);
      await save();
      locate(photo);
    }
    show();
    say("kept");
  }

  async function ask(path, body) {
    const answer = await fetch(location.pathname + path, { method: body ? "POST" : "GET", body, headers: { "X-Wadul-Field": "1", "X-Wadul-Live": "field" }, credentials: "same-origin", redirect: "manual" });
    if (answer.type === "opaqueredirect" || answer.status === 401) throw Object.assign(new Error("signed out"), { out: true });
    const type = answer.headers.get("Content-Type") || "";
    if (!type.startsWith("application/json")) throw Object.assign(new Error("refused"), answer.status === 403 ? { out: true } : {});
    const known = await answer.json();
    if (!answer.ok) throw Object.assign(new Error(known.code), { said: known.said });
    return known;
  }

  function body(csrf, values) {
    const data = new FormData();
    data.append("csrf", csrf);
    for (const [name, value] of values) if (value !== undefined && value !== "") data.append(name, value);
    return data;
  }

  async function send() {
    if (sending || !draft.queued) return;
    sending = true;
    clearTimeout(again);
    try {
      const here = await ask("/keadaan");
      if (!here.reports.includes(draft.key)) {
        const missing = draft.photos.filter((one) => !here.photos.includes(one.key));
        for (const [nth, photo] of missing.entries()) {
          say("sending", root.photos.replace("{n}", nth + 1).replace("{m}", missing.length));
          await ask("/foto", body(here.csrf, [["key", photo.key], ["photo", photo.blob], ["head", photo.head], ["at", photo.at], ["latitude", photo.latitude], ["longitude", photo.longitude], ["caption", photo.caption]]));
        }
        say("sending");
        await ask("", body(here.csrf, [["key", draft.key], ["at", draft.at], ...names.map((name) => [name, draft.values[name]]), ...draft.photos.map((one) => ["photos", one.key])]));
      }
      await kept("readwrite", (drafts) => drafts.delete(place));
      draft = fresh();
      show();
      say("sent");
    } catch (error) {
      if (error.said) {
        draft.queued = false;
        await save();
        show();
        say("refused", error.said);
      } else {
        say(error.out ? "out" : "waiting");
        again = setTimeout(send, AGAIN);
      }
    } finally {
      sending = false;
    }
  }

  form.addEventListener("input", (event) => {
    if (names.includes(event.target.name)) {
      draft.values[event.target.name] = event.target.value;
      save().then(() => say("kept"), () => say("full"));
    }
  });
  picker.addEventListener("change", async () => {
    const files = Array.from(picker.files);
    picker.value = "";
    try { await take(files); } catch (error) { say("full"); }
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    draft.queued = true;
    draft.at = new Date().toISOString();
    await save();
    show();
    say("sending");
    send();
  });
  window.addEventListener("online", send);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) send(); });

  async function begin() {
    draft = (await kept("readonly", (drafts) => drafts.get(place))) || fresh();
    show();
    if (draft.queued) { say("waiting"); send(); } else if (Object.values(draft.values).some(Boolean) || draft.photos.length) say("kept");
    form.dataset.ready = "1";
    if (navigator.storage && navigator.storage.persist) navigator.storage.persist().catch(() => {});
    if (!navigator.serviceWorker) return;
    await navigator.serviceWorker.register(root.worker, { scope: "/meja/lapangan/" });
    const worker = await navigator.serviceWorker.ready;
    const files = Array.from(document.querySelectorAll("link[rel=stylesheet], link[rel=icon], script[src]"), (one) => one.href || one.src);
    worker.active.postMessage({ keep: [location.pathname, ...files] });
  }
  begin().catch(() => { form.dataset.ready = "1"; });
})();
