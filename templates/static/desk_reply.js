"use strict";
// The reply box: counts short messages, keeps drafts, takes files, says who else is there.
// Everything it does can also be done by the forms alone.
(() => {
  const $ = (id) => document.getElementById(id);
  const box = () => $("composer");
  const fill = (text, values) => text.replace(/\{(\w*)\}/g, (whole, name) => values[name] ?? whole);
  const post = (path, values, more = {}) => {
    const body = new URLSearchParams({ csrf: box().dataset.csrf, ...values });
    return fetch(`/meja/${box().dataset.number}/${path}`, { method: "POST", body, credentials: "same-origin", ...more });
  };

  // --- short messages: as channels/text.py counts them -----------------------------------------------------------
  const plain = (text, table) =>
    [...text.replaceAll("\r\n", "\n").normalize("NFC")].map((letter) => table.plain[letter] ?? letter).join("");
  const segments = (text, table) => {
    const letters = [...text];
    const extended = new Set(table.extended);
    const cheap = new Set([...table.basic, ...extended]);
    const gsm = letters.every((letter) => cheap.has(letter));
    const [alone, joined] = gsm ? [160, 153] : [70, 67];
    let [units, count, used] = [0, 1, 0];
    for (const letter of letters) {
      const size = (gsm ? extended.has(letter) : letter.codePointAt(0) > 0xffff) ? 2 : 1;
      units += size;
      if (used + size > joined) { count += 1; used = 0; }
      used += size;
    }
    const encoding = gsm ? "gsm" : "ucs2";
    if (units <= alone) return { encoding, units, count: 1, room: alone - units };
    return { encoding, units, count, room: joined - used };
  };
  window.wadul = { ...window.wadul, segments, plain };
  const tables = new WeakMap();
  const count = (area) => {
    const shown = $("sms-parts");
    if (!area.dataset.sms || !shown) return;
    if (!tables.has(area)) tables.set(area, JSON.parse(area.dataset.sms));
    const table = tables.get(area);
    const waiting = area.form.elements.waiting;
    const [before, after] = table.frames[waiting && waiting.checked ? "tanya" : "jawaban-petugas"];
    const whole = before + area.value.trim() + after;
    const text = plain(whole, table);
    const told = segments(text, table);
    const over = table.longest ? [...whole].length - table.longest : 0;
    const cheap = new Set(table.basic + table.extended);
    const dear = [...new Set([...text].filter((letter) => !cheap.has(letter)))].slice(0, 5).join(" ");
    const words = [fill(box().dataset.parts, { n: told.count, room: told.room })];
    if (over > 0) words.push(fill(box().dataset.over, { n: over }));
    else if (dear) words.push(fill(box().dataset.dear, { letters: dear }));
    shown.textContent = words.join(" · ");
    shown.toggleAttribute("data-over", over > 0);
    shown.toggleAttribute("data-dear", !!dear);
  };

  // --- drafts ----------------------------------------------------------------------------------------------------
  let timer = 0;
  let pending = null;
  const kept = (area, word) => {
    const line = area.form && area.form.querySelector(".kept");
    if (line) line.textContent = word;
  };
  const keep = async (area, more = {}) => {
    clearTimeout(timer);
    pending = null;
    if (!box() || !area.isConnected || area.value === area.defaultValue) return;
    const text = area.value;
    try {
      const answer = await post("draf", { kind: area.dataset.draft, text }, more);
      if (!answer.ok) throw new Error(answer.status);
      area.defaultValue = text;
      kept(area, text.trim() ? box().dataset.kept : "");
    } catch { if (box()) kept(area, box().dataset.unkept); }
  };
  const later = (area) => {
    clearTimeout(timer);
    pending = area;
    timer = setTimeout(() => keep(area), 600);
  };
  const flush = () => { if (pending) keep(pending, { keepalive: true }); };
  addEventListener("pagehide", flush);

  // --- who else is there -----------------------------------------------------------------------------------------
  let at = "";
  let typing = false;
  let still = 0;
  let asked = 0;
  const leave = () => {
    if (!at) return;
    const body = new URLSearchParams({ csrf: document.querySelector("input[name=csrf]")?.value ?? "", leave: "1" });
    navigator.sendBeacon(`/meja/${at}/hadir`, body);
    at = "";
  };
  const beat = async () => {
    if (!box() || document.hidden) return;
    at = box().dataset.number;
    try {
      const answer = await post("hadir", { typing: typing ? "1" : "", since: box().dataset.since });
      if (answer.ok && box() && at === box().dataset.number) $("presence").innerHTML = await answer.text();
    } catch { /* the event stream says when the line is down */ }
  };
  const soon = () => { clearTimeout(asked); asked = setTimeout(beat, 150 + Math.random() * 250); };
  const types = (on) => {
    clearTimeout(still);
    if (on) still = setTimeout(() => types(false), 8000);
    if (typing !== on) { typing = on; soon(); }
  };
  document.addEventListener("wadul:event", (event) => {
    const line = String(event.detail);
    if (!box() || !line.endsWith(box().dataset.number)) return;
    soon();
  });
  document.addEventListener("visibilitychange", () => { if (document.hidden) { flush(); leave(); } else soon(); });
  addEventListener("pagehide", leave);
  setInterval(beat, 20000);

  // --- files -----------------------------------------------------------------------------------------------------
  const size = (bytes) => bytes < 1000 ? `${bytes} B` : bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
  const choose = (input, files) => {
    const all = new DataTransfer();
    for (const file of files) all.items.add(file);
    input.files = all.files;
    list(input);
  };
  const list = (input) => {
    const shown = input.form.querySelector(".chosen");
    shown.replaceChildren(...[...input.files].map((file, index) => {
      const [line, name, out] = ["li", "span", "button"].map((tag) => document.createElement(tag));
      name.textContent = `${file.name} · ${size(file.size).replace(".", ",")}`;
      name.title = file.name;
      out.type = "button";
      out.textContent = "×";
      out.setAttribute("aria-label", fill(box().dataset.shown, { "": file.name }));
      out.addEventListener("click", () => { choose(input, [...input.files].filter((_, one) => one !== index)); input.focus(); });
      line.append(name, out);
      return line;
    }));
    shown.hidden = !input.files.length;
  };
  const add = (files) => {
    const input = $("reply-files");
    if (!input || !files.length) return false;
    $("box-reply").checked = true;
    choose(input, [...input.files, ...files]);
    return true;
  };
  const carries = (event) => box() && box().contains(event.target) && event.dataTransfer?.types.includes("Files");
  document.addEventListener("dragover", (event) => { if (carries(event)) { event.preventDefault(); box().classList.add("dropping"); } });
  document.addEventListener("dragleave", (event) => { if (box() && !box().contains(event.relatedTarget)) box().classList.remove("dropping"); });
  document.addEventListener("drop", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    box().classList.remove("dropping");
    add(event.dataTransfer.files);
  });
  document.addEventListener("paste", (event) => {
    const carried = event.clipboardData;
    // What comes from a letter or a sheet brings a picture of itself along: the words are meant.
    if (event.target.id !== "reply-text" || !carried || carried.types.includes("text/plain")) return;
    if (add(carried.files)) event.preventDefault();
  });

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href='#reply'], a[href='#note']");
    if (!link || !box() || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    show(link.hash.slice(1));
  });

  // --- the box itself --------------------------------------------------------------------------------------------
  let chosen = "";
  const show = (name) => {
    if ($(`box-${name}`)) $(`box-${name}`).checked = true;
    chosen = name;
    const area = $(`${name}-text`);
    if (!area) return;
    area.scrollIntoView({ block: "center" });
    area.focus({ preventScroll: true });
  };
  document.addEventListener("input", (event) => {
    const area = event.target;
    if (!area.dataset.draft) return;
    kept(area, "");
    later(area);
    types(true);
    if (area.id === "reply-text") count(area);
  });
  document.addEventListener("change", (event) => {
    const control = event.target;
    if (control.name === "composer") { chosen = control.value; $(`${chosen}-text`)?.focus(); }
    else if (control.id === "reply-files") list(control);
    else if (control.name === "waiting" && $("reply-text")) count($("reply-text"));
  });
  document.addEventListener("submit", (event) => {
    if (!box()?.contains(event.target)) return;
    clearTimeout(timer);
    pending = null;
    types(false);
  });

  // --- a reply that can still be taken back -----------------------------------------------------------------------
  const until = new Map();
  const tick = () => {
    for (const left of document.querySelectorAll("b.left[data-left]")) {
      const id = left.closest(".message").id;
      if (!until.has(id)) until.set(id, performance.now() + Number(left.dataset.left) * 1000);
      const seconds = Math.max(0, Math.ceil((until.get(id) - performance.now()) / 1000));
      if (left.textContent !== String(seconds)) left.textContent = seconds;
      left.closest(".ticks").querySelector(".undo")?.classList.toggle("over", !seconds);
    }
  };
  setInterval(tick, 250);

  // --- a fresh box ------------------------------------------------------------------------------------------------
  // Files that were chosen and not sent, which no page can bring back, go over into the box that takes its place.
  const carry = (before, here) => {
    const [old, input] = [before, here].map((one) => one?.querySelector("#reply-files"));
    if (!input || !old?.files.length || before.dataset.number !== here.dataset.number) return;
    if (!old.form.dataset.sent || document.querySelector(".ticket[data-refused=reply]")) choose(input, old.files);
  };
  let seen = null;
  const ready = () => {
    const here = box();
    if (here === seen) return;
    const before = seen;
    seen = here;
    if (at && at !== here?.dataset.number) { leave(); chosen = ""; typing = false; }
    if (!here) return;
    here.classList.add("scripted");
    if (chosen && !here.querySelector("[data-wrong]") && $(`box-${chosen}`)) $(`box-${chosen}`).checked = true;
    if ($("reply-text")) count($("reply-text"));
    carry(before, here);
    soon();
  };
  new MutationObserver(ready).observe(document.querySelector(".desk") ?? document.body, { childList: true, subtree: true });
  ready();
  if (["#reply", "#note"].includes(location.hash)) show(location.hash.slice(1));
})();
