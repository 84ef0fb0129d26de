"use strict";
// The reply box: counts short messages, keeps drafts, takes files, fetches answers at hand, says who else is there.
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
    if (event.target.id === "reply-text" && add(event.clipboardData?.files ?? [])) event.preventDefault();
  });

  // --- answers at hand -------------------------------------------------------------------------------------------
  let answers = null;
  const fetched = async () => {
    const number = box().dataset.number;
    const ask = async () => {
      const answer = await fetch(`/meja/${number}/jawaban?bentuk=json`, { credentials: "same-origin" });
      return answer.ok ? answer.json() : [];
    };
    if (answers?.number !== number) answers = { number, rows: ask().catch(() => { answers = null; return []; }) };
    return answers.rows;
  };
  // Words in the place of others. Whoever has typed on meanwhile goes on where they are.
  let putting = false;
  const put = (area, text, from, to) => {
    const beyond = document.activeElement === area ? area.selectionStart - to : 0;
    area.focus();
    area.setRangeText(text, from, to, "end");
    if (beyond > 0) area.setSelectionRange(from + text.length + beyond, from + text.length + beyond);
    putting = true;
    area.dispatchEvent(new Event("input", { bubbles: true }));
    putting = false;
  };
  const fitting = (rows, words) => rows.filter((one) => `${one.shortcut} ${one.title}`.toLowerCase().includes(words.toLowerCase()));
  const offer = (rows, words) => {
    const fit = fitting(rows, words);
    const shown = $("canned-list").querySelector(".found");
    shown.replaceChildren(...fit.map((one) => {
      const [line, button, name, text] = ["li", "button", "b", "span"].map((tag) => document.createElement(tag));
      button.type = "button";
      name.textContent = `/${one.shortcut} ${one.title}`;
      text.textContent = one.text;
      button.append(name, text);
      button.addEventListener("click", () => use(one));
      line.append(button);
      return line;
    }));
    if (!fit.length) shown.textContent = shown.dataset.none;
  };
  let slash = null;
  const open = (rows, words = "") => {
    if (!$("canned-list")) return;
    $("canned-find").value = words;
    offer(rows, words);
    $("canned-list").show();
    $("canned-find").focus();
  };
  const use = (one) => {
    const area = $("reply-text");
    $("canned-list").close();
    const [from, to] = slash ?? [area.selectionStart, area.selectionEnd];
    slash = null;
    put(area, one.text, from, to);
  };
  // Nothing was chosen: what was typed after the slash stands where it would stand without us.
  const give_back = () => {
    const [area, find] = [$("reply-text"), $("canned-find")];
    $("canned-list").close();
    area.focus();
    if (slash) put(area, `/${find.value.replace(/^\//, "")}`, ...slash);
    slash = null;
  };
  const called = (rows, shortcut) => rows.find((row) => row.shortcut === shortcut.toLowerCase());
  // A slash offers the answers; a slash, a shortcut and a blank are the answer itself. Nobody waits while they come:
  // what is typed on meanwhile is searched for.
  const typed = async (area) => {
    const before = area.value.slice(0, area.selectionStart);
    if (/(?:^|\s)\/$/.test(before)) {
      const rows = await fetched();
      const since = area.value.slice(before.length - 1, area.selectionStart);
      if (document.activeElement !== area || !/^\/\S*$/.test(since)) return;
      slash = [before.length - 1, before.length - 1 + since.length];
      open(rows, since.slice(1));
      return;
    }
    const word = before.match(/(?:^|\s)(\/([a-z0-9-]{1,32})[ \n])$/i);
    if (!word) return;
    const one = called(await fetched(), word[2]);
    const from = before.length - word[1].length;
    if (one && area.value.slice(from, before.length) === word[1]) put(area, one.text, from, before.length);
  };
  const sought = async (find) => {
    const rows = await fetched();
    const words = find.value.replace(/^\//, "");
    const one = slash && /^\S+\s$/.test(words) && called(rows, words.trim());
    if (one) use(one);
    else if (slash && /\s$/.test(words) && !fitting(rows, words).length) give_back();
    else offer(rows, words);
  };
  document.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.target.closest("#canned")) { event.preventDefault(); slash = null; fetched().then((rows) => open(rows)); }
    else if ($("canned-list")?.open && !event.target.closest("#canned-list")) {
      const here = document.activeElement;
      give_back();
      if (here !== document.body) here.focus();
    }
    const link = event.target.closest("a[href='#reply'], a[href='#note']");
    if (link && box()) { event.preventDefault(); show(link.hash.slice(1)); }
  });
  document.addEventListener("keydown", (event) => {
    const shown = $("canned-list");
    if (!shown?.open || !shown.contains(event.target)) return;
    const rows = [...shown.querySelectorAll(".found button")];
    const here = rows.indexOf(document.activeElement);
    if (event.key === "Escape") give_back();
    else if (event.key === "ArrowDown") (rows[here + 1] ?? rows[0])?.focus();
    else if (event.key === "ArrowUp") (here > 0 ? rows[here - 1] : $("canned-find")).focus();
    else if (event.key === "Enter" && here < 0) rows[0]?.click();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }, true);

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
    if (area.id === "canned-find") { sought(area); return; }
    if (!area.dataset.draft) return;
    kept(area, "");
    later(area);
    types(true);
    if (area.id === "reply-text") { count(area); if (!putting) typed(area); }
  });
  document.addEventListener("change", (event) => {
    const control = event.target;
    if (control.name === "composer") { chosen = control.value; $(`${chosen}-text`)?.focus(); }
    else if (control.id === "reply-files") list(control);
    else if (control.name === "waiting" && $("reply-text")) count($("reply-text"));
    else if ("logins" in control.dataset && control.selectedIndex > 0) {
      const name = control.options[control.selectedIndex].text;
      const login = [...$("logins").options].find((one) => one.text === name)?.value;
      const area = $("note-text");
      if (!login) return;
      const gap = area.selectionStart && !/\s/.test(area.value[area.selectionStart - 1]) ? " " : "";
      control.selectedIndex = 0;
      put(area, `${gap}@${login} `, area.selectionStart, area.selectionEnd);
    }
  });
  document.addEventListener("submit", (event) => {
    if (box()?.contains(event.target)) { clearTimeout(timer); pending = null; types(false); }
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
  let seen = null;
  const ready = () => {
    const here = box();
    if (here === seen) return;
    seen = here;
    if (at && at !== here?.dataset.number) { leave(); chosen = ""; typing = false; }
    if (!here) return;
    here.classList.add("scripted");
    if (chosen && !here.querySelector("[data-wrong]") && $(`box-${chosen}`)) $(`box-${chosen}`).checked = true;
    if ($("reply-text")) count($("reply-text"));
    soon();
  };
  new MutationObserver(ready).observe(document.querySelector(".desk") ?? document.body, { childList: true, subtree: true });
  ready();
  if (["#reply", "#note"].includes(location.hash)) show(location.hash.slice(1));
})();
