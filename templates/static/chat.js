// The open chat: what was said comes drawn from the server; a stream says when to look, and where it does not come
// through the page looks by itself. Without this script the page is a form.
"use strict";
(() => {
  const room = document.getElementById("obrolan");
  const path = room.dataset.obrolan;
  const find = (id) => document.getElementById(id);
  const [scroll, box, line, trouble, form, words, chosen] =
    ["gulir", "isi-percakapan", "sambungan", "galat-obrolan", "tulis", "isi", "terpilih"].map(find);
  const pick = find("berkas");
  const framed = window.parent !== window;
  const every = Number(room.dataset.tiap) * 1000;
  let open = !framed, version = "", seen = 0, upto = 0, looking = null, again = false, streaming = false, live = false, timer = 0;
  room.classList.add("pintar");

  // The pass lies in this site's own storage; a browser that allows none keeps it until the page is closed.
  let held = "";
  const store = (pass) => {
    held = pass;
    try {
      if (pass) localStorage.setItem(path, pass);
      else localStorage.removeItem(path);
    } catch { /* it stays in memory */ }
  };
  // Where another site's frame may keep nothing, the server keeps it in a cookie for that frame alone.
  let apart = "";
  try { held = localStorage.getItem(path) || ""; } catch { apart = framed ? "?sematan" : ""; }

  const ask = (what, options = {}) => {
    const headers = { "X-Obrolan": "1", ...(held ? { Authorization: `Bearer ${held}` } : {}) };
    return fetch(path + what, { cache: "no-store", credentials: "same-origin", ...options, headers });
  };
  const known = () => held || "sesi" in room.dataset;
  const begin = async () => {
    if (known()) return;
    const answer = await ask(`/mulai${apart}`, { method: "POST" });
    if (!answer.ok) throw new Error("begin");
    store((await answer.json()).tanda);
    tell({ wadul: "mulai" });
    listen();
  };
  const parsed = (html) => new DOMParser().parseFromString(html, "text/html").body;
  const tell = (what) => { if (framed) window.parent.postMessage(what, "*"); };
  const say = (text) => { trouble.textContent = text; };
  const visible = () => open && !document.hidden;

  // --- what was said
  const draw = (html) => {
    const fresh = parsed(html).querySelector("ol");
    const list = box.querySelector("ol");
    const low = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 120;
    const had = new Map([...list.children].map((one) => [one.dataset.id, one]));
    const items = [...fresh.children].map((one) => {
      const old = had.get(one.dataset.id);
      return old && old.innerHTML === one.innerHTML ? old : one;
    });
    const kept = new Set(items);
    [...list.children].forEach((one) => kept.has(one) || one.remove());
    items.forEach((one, place) => list.children[place] === one || list.insertBefore(one, list.children[place] || null));
    const news = items.filter((one) => "kabar" in one.dataset).map((one) => Number(one.dataset.id));
    upto = Math.max(0, ...news);
    // A long answer is read from its beginning: the first of what is new comes to the top, not the last to the bottom.
    const first = had.size ? items.find((one) => !had.has(one.dataset.id)) : null;
    if (first && low) scroll.scrollTop = first.offsetTop - scroll.offsetTop - 8;
    else if (low || !had.size) scroll.scrollTop = scroll.scrollHeight;
    mark(news);
  };
  const mark = (news) => {
    if (visible() && upto > seen) {
      seen = upto;
      ask("/terbaca", { method: "POST", body: new URLSearchParams({ sampai: String(upto) }) }).catch(() => { seen = 0; });
    }
    tell({ wadul: "belum-dibaca", banyak: news.filter((id) => id > seen).length });
  };
  const look = async () => {
    if (!known()) return;
    if (looking) { again = true; return looking; }
    looking = (async () => {
      try {
        do {
          again = false;
          const answer = await ask(`/isi?versi=${version}`);
          if (answer.status === 401) { store(""); delete room.dataset.sesi; version = ""; return; }
          if (!answer.ok) throw new Error(String(answer.status));
          line.textContent = "";
          if (answer.headers.get("X-Tanda")) store(answer.headers.get("X-Tanda"));
          version = answer.headers.get("X-Versi");
          if (answer.status === 200) draw(await answer.text());
        } while (again);
      } catch {
        line.textContent = room.dataset.putus;
      } finally {
        looking = null;
      }
    })();
    return looking;
  };

  // --- news: the stream where it comes through, else looking from time to time
  const listen = async () => {
    if (streaming || !known()) return;
    streaming = true;
    const stop = new AbortController();
    let patience = setTimeout(() => stop.abort(), 6000);
    try {
      const answer = await ask("/kabar", { signal: stop.signal });
      if (!answer.ok || !answer.body) throw new Error("no stream");
      const reader = answer.body.getReader();
      for (;;) {
        const { done } = await reader.read();
        if (done) break;
        live = true;
        clearTimeout(patience);
        patience = setTimeout(() => stop.abort(), 40000);
        look();
      }
    } catch { /* the timer looks */ } finally {
      clearTimeout(patience);
      streaming = live = false;
      setTimeout(listen, 30000);
    }
  };
  const tick = () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      // A stream that has brought nothing yet may be held back on its way.
      if (!live || line.textContent) await look();
      tick();
    }, visible() ? every : every * 5);
  };

  // --- what is written
  const send = async (body, pressed) => {
    pressed.disabled = true;
    line.textContent = room.dataset.mengirim;
    say("");
    try {
      await begin();
      let answer = await ask("", { method: "POST", body });
      if (answer.status === 401) { store(""); await begin(); answer = await ask("", { method: "POST", body }); }
      line.textContent = "";
      if (answer.ok) return true;
      if (answer.status >= 500 && answer.status !== 503) say(room.dataset.gagal);
      else say(parsed(await answer.text()).textContent.trim() || room.dataset.gagal);
    } catch {
      line.textContent = "";
      say(room.dataset.gagal);
    } finally {
      pressed.disabled = false;
    }
    return false;
  };
  const fresh = () => { form.elements.id.value = crypto.getRandomValues(new Uint32Array(4)).join(""); };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    if (button.disabled || !(words.value.trim() || pick.files.length)) return words.focus();
    const body = new FormData(form);
    if (!pick.files.length) body.delete("berkas");
    if (!(await send(body, button))) return words.focus();
    words.value = "";
    pick.value = "";
    chosen.textContent = "";
    fresh();
    words.focus();
    await look();
  });
  box.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (await send(new FormData(event.target), event.target.querySelector("button"))) {
      words.focus();
      look();
    }
  });
  words.addEventListener("keydown", (event) => {
    const touch = matchMedia("(pointer: coarse)").matches;
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || touch) return;
    event.preventDefault();
    form.requestSubmit();
  });
  pick.addEventListener("change", () => {
    chosen.textContent = [...pick.files].map((one) => one.name).join(", ");
  });

  // --- files: with the pass in a header, never in an address
  box.addEventListener("click", async (event) => {
    const link = event.target.closest("a[download]");
    if (!link || !held) return;
    event.preventDefault();
    const answer = await ask(link.getAttribute("href").slice(path.length)).catch(() => null);
    if (!answer || !answer.ok) return say(room.dataset.gagal);
    const save = document.createElement("a");
    save.href = URL.createObjectURL(await answer.blob());
    save.download = link.download;
    save.click();
    setTimeout(() => URL.revokeObjectURL(save.href), 60000);
  });

  // --- another device, and leaving this one
  find("lanjut").addEventListener("submit", async (event) => {
    event.preventDefault();
    const answer = await ask(`/lanjut${apart}`, { method: "POST", body: new FormData(event.target) }).catch(() => null);
    if (!answer) return say(room.dataset.gagal);
    if (!answer.ok) return say(parsed(await answer.text()).textContent.trim());
    store((await answer.json()).tanda);
    say("");
    version = "";
    find("lain").open = false;
    event.target.reset();
    tell({ wadul: "mulai" });
    await look();
    listen();
    words.focus();
  });
  find("keluar").addEventListener("submit", async (event) => {
    event.preventDefault();
    await ask("/keluar", { method: "POST" }).catch(() => null);
    store("");
    tell({ wadul: "selesai" });
    location.reload();
  });

  // --- the frame around it
  window.addEventListener("message", (event) => {
    if (!framed || event.source !== window.parent || !event.data) return;
    if (event.data.wadul === "buka") { open = true; words.focus(); scroll.scrollTop = scroll.scrollHeight; look().then(() => mark([])); }
    if (event.data.wadul === "tutup") open = false;
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") tell({ wadul: "tutup" }); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) { look().then(() => mark([])); listen(); } });
  window.addEventListener("online", () => { look(); listen(); });
  fresh();
  if (known()) tell({ wadul: "mulai" });
  scroll.scrollTop = scroll.scrollHeight;
  look();
  listen();
  tick();
  tell({ wadul: "siap" });
})();
