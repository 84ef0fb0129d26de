"use strict";
// The desk follows what happens without losing what is being typed. Every page also works without this file.
// Regions marked data-live are exchanged for fresh ones, except those that somebody is filling in.
(() => {
  const $ = (id) => document.getElementById(id);
  const desk = document.querySelector(".desk");
  const phone = matchMedia("(max-width: 47.5rem)");
  // A page that asks by itself says whether somebody is in front of it: then what is new has been seen.
  const live = () => ({ "HX-Request": "true", "X-Wadul-Live": document.hasFocus() ? "looking" : "1" });

  // --- what is being typed -------------------------------------------------------------------------------------
  const touched = (control) => {
    if (control.type === "hidden" || control.closest("[data-free]")) return false;
    if (control.type === "checkbox" || control.type === "radio") return control.checked !== control.defaultChecked;
    if (control.tagName === "SELECT") return [...control.options].some((o) => o.selected !== o.defaultSelected && o.index);
    return control.type !== "submit" && control.value !== control.defaultValue;
  };
  const refused = (root) => {
    const ticket = document.querySelector("[data-refused]");
    const form = ticket && $(ticket.dataset.refused);
    return !!form && !form.querySelector("form[data-sent]") && (root === document || root.contains(form));
  };
  const dirty = (root) => refused(root) || [...root.querySelectorAll("form[method=post]")].some(
    (form) => !form.dataset.sent && [...form.elements].some((control) => control.name && touched(control)));
  const busy = (region) => {
    const here = document.activeElement;
    const sending = region.querySelector("form[data-sent]");
    return !!sending || dirty(region) || (region.contains(here) && here.matches("input, textarea, select"));
  };

  // --- fresh regions -------------------------------------------------------------------------------------------
  const plain = (element) => element.outerHTML
    .replace(/ (?:open(?:="")?|aria-busy="[^"]*")/g, "").replace(/name="csrf" value="[^"]*"/g, "");
  const swap = (old, fresh) => {
    const folds = (root) => [...root.querySelectorAll("details[id]"), ...(root.matches("details") ? [root] : [])];
    for (const one of folds(fresh)) {
      const before = folds(old).find((same) => same.id === one.id);
      if (before) one.open = before.open;
    }
    for (const box of old.querySelectorAll("[type=checkbox][name]")) {
      const same = fresh.querySelector(`[type=checkbox][name="${CSS.escape(box.name)}"][value="${CSS.escape(box.value)}"]`);
      if (same && box.checked !== box.defaultChecked) same.checked = box.checked;
    }
    const focused = old.contains(document.activeElement) && trail(old, document.activeElement);
    old.replaceWith(fresh);
    if (window.htmx) htmx.process(fresh);
    const again = focused && found(fresh, focused);
    if (again) again.focus({ preventScroll: true });
  };
  // How to find an element again in a region that was exchanged: by its own id or the one around it, where it leads
  // or what it is called, and its place among those.
  const alike = (root, { tag, path, name, value }) => [...root.querySelectorAll(tag)].filter(
    (one) => one.pathname === path && one.name === name && one.value === value);
  const trail = (region, element) => {
    if (element.id) return { id: element.id };
    const near = element.closest("[id]");
    const what = { tag: element.tagName, path: element.pathname, name: element.name, value: element.value };
    return { near: near === region ? "" : near.id, what, at: alike(near, what).indexOf(element) };
  };
  const found = (region, { id, near, what, at }) => {
    if (id) return $(id);
    const root = near ? $(near) : region;
    return root && alike(root, what)[at];
  };
  const shown = new Map();
  let asking = false;
  let again = false;
  const refresh = async () => {
    if (asking) { again = true; return; }
    asking = true;
    try {
      const answer = await fetch(location.href, { headers: live(), credentials: "same-origin" });
      if (answer.status === 401) { $("signed-out").hidden = false; return; }
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      let kept = false;
      for (const old of document.querySelectorAll("[data-live]")) {
        const fresh = page.getElementById(old.id);
        if (!fresh) continue;
        const text = plain(fresh);
        if ((shown.get(old.id) ?? plain(old)) === text) continue;
        if (busy(old)) { kept ||= dirty(old) && old.dataset.version !== fresh.dataset.version; continue; }
        shown.set(old.id, text);
        swap(old, document.importNode(fresh, true));
      }
      $("changed").hidden = !kept;
      mark();
    } catch { /* the event stream says when the line is down */ } finally {
      asking = false;
      if (again) { again = false; later(); }
    }
  };
  let timer = 0;
  let stale = false;
  const later = () => {
    if (document.hidden) { stale = true; return; }
    clearTimeout(timer);
    timer = setTimeout(refresh, 250 + Math.random() * 250);
  };
  document.addEventListener("visibilitychange", () => { if (stale && !document.hidden) { stale = false; later(); } });
  if (document.querySelector("[data-live]")) setInterval(() => { if (!document.hidden) refresh(); }, 60000);

  // --- one stream of events per browser, shared by its tabs ----------------------------------------------------
  const state = (on) => {
    const line = $("live");
    if (!line) return;
    line.hidden = false;
    line.dataset.state = on ? "on" : "off";
    line.querySelector("span").textContent = line.dataset[on ? "on" : "off"];
    line.title = line.dataset[on ? "on" : "off"];
  };
  let connected = null;
  let missing = 0;
  const heard = (what) => {
    clearTimeout(missing);
    if (what === "off") {
      connected = false;
      state(false);
      missing = setTimeout(() => { $("cut-off").hidden = false; }, 1500);
      return;
    }
    $("cut-off").hidden = true;
    // What was awaited while the page came may have happened before anybody listened.
    if (what === "on" && (connected !== null || document.querySelector("[data-awaits]"))) later();
    connected = true;
    state(true);
    if (what === "on") return;
    document.dispatchEvent(new CustomEvent("wadul:event", { detail: what }));
    if (!what.startsWith("presence")) later();
  };
  // A stream that broke is opened again by the browser, one that was refused by us, ever more patiently.
  const listen = (tell) => new Promise(() => {
    let wait = 2000;
    let timer = 0;
    let events = null;
    const open = () => {
      clearTimeout(timer);
      if (events) events.close();
      events = new EventSource("/meja/peristiwa");
      events.onopen = () => { wait = 2000; tell("on"); };
      events.onmessage = (event) => tell(event.data);
      events.onerror = () => {
        tell("off");
        if (events.readyState !== EventSource.CLOSED) return;
        timer = setTimeout(open, wait);
        wait = Math.min(wait * 2, 60000);
      };
    };
    window.addEventListener("online", open);
    window.addEventListener("offline", () => tell("off"));
    open();
  });
  if (desk && window.EventSource) {
    if (navigator.locks && window.BroadcastChannel) {
      const tabs = new BroadcastChannel("wadul");
      let last = "";
      const tell = (what) => { if (what === "on" || what === "off") last = what; heard(what); tabs.postMessage(what); };
      tabs.onmessage = (event) => {
        if (event.data === "?") { if (last) tabs.postMessage(last); } else heard(event.data);
      };
      tabs.postMessage("?");
      navigator.locks.request("wadul-events", () => {
        desk.dataset.listens = "1";
        return listen(tell);
      });
    } else {
      desk.dataset.listens = "1";
      listen(heard);
    }
  }

  // --- moving between tickets ----------------------------------------------------------------------------------
  const mark = () => {
    for (const row of document.querySelectorAll("a.row")) {
      const here = new URL(row.href).pathname === location.pathname;
      if (here) row.setAttribute("aria-current", "true"); else row.removeAttribute("aria-current");
    }
  };
  const may_leave = () => !dirty(document) || confirm(desk.dataset.unsaved);
  document.addEventListener("htmx:beforeRequest", (event) => {
    const row = event.target.closest("a.row");
    if (!row) return;
    if (phone.matches) { event.preventDefault(); location.assign(row.href); return; }
    if (!may_leave()) event.preventDefault();
  });
  // As soon as it is there, not when it has settled: by then somebody may be at work on it.
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.id !== "main") return;
    if (desk) desk.dataset.pane = "main";
    shown.clear();
    mark();
    ready(event.target);
    const wrong = event.target.querySelector("[data-wrong] :is(input, textarea, select), .banner.bad");
    (wrong || event.target).focus({ preventScroll: !wrong });
    if (wrong) wrong.scrollIntoView({ block: "center" });
    else if (phone.matches) scrollTo(0, 0);
    told();
    later();
  });
  for (const broken of ["htmx:sendError", "htmx:timeout"]) document.addEventListener(broken, () => { $("offline").hidden = false; calm(); });
  document.addEventListener("htmx:beforeSend", () => { $("offline").hidden = $("not-saved").hidden = true; });
  document.addEventListener("not-saved", () => { $("not-saved").hidden = false; calm(); });
  document.addEventListener("signed-out", () => { $("signed-out").hidden = false; calm(); });
  window.addEventListener("beforeunload", (event) => { if (desk && dirty(document)) event.preventDefault(); });

  // --- forms ---------------------------------------------------------------------------------------------------
  const calm = () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
    for (const button of document.querySelectorAll("[aria-busy=true]")) button.removeAttribute("aria-busy");
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) { event.preventDefault(); event.stopImmediatePropagation(); return; }
    form.dataset.sent = "1";
    // What was kept of a complaint that is not saved yet is nobody else's to read.
    if (form.action.endsWith("/keluar")) for (const one of Object.keys(localStorage)) if (one.startsWith("wadul-catat:")) localStorage.removeItem(one);
    if (event.submitter) event.submitter.setAttribute("aria-busy", "true");
  }, true);
  window.addEventListener("pageshow", calm);
  document.addEventListener("change", (event) => {
    const control = event.target;
    if (control.closest("[data-autosubmit]")) control.form.requestSubmit();
    const people = control.closest(".people");
    if (people) lead(people, control);
    const phrases = control.closest("[data-phrases]");
    if (phrases) release(phrases, control);
  });
  // The phrase that stood ready goes when another one is chosen.
  const release = (phrases, control) => {
    const ready = phrases.querySelector("[data-preset]");
    if (!ready) return;
    delete ready.dataset.preset;
    if (ready !== control) ready.checked = false;
  };
  // The first who is ticked coordinates, unless somebody else is chosen.
  const lead = (people, control) => {
    const rows = [...people.querySelectorAll(".person")];
    const box = (row) => row.querySelector("[type=checkbox]");
    const crown = (row) => row.querySelector("[type=radio]");
    if (control.type === "radio") box(control.closest(".person")).checked = true;
    for (const row of rows) if (!box(row).checked) crown(row).checked = false;
    const chosen = rows.filter((row) => box(row).checked);
    if (chosen.length && !chosen.some((row) => crown(row).checked)) crown(chosen[0]).checked = true;
  };
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select");
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && typing && typing.form) typing.form.requestSubmit();
  });
  // A link to a folded form opens it.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const goal = link && $(link.hash.slice(1));
    if (goal && goal.tagName === "DETAILS") goal.open = true;
  });
  const told = () => {
    const said = $("said");
    if (said && !said.hidden) setTimeout(() => { said.hidden = true; }, 6000);
    const where = new URL(location.href);
    if (!where.searchParams.has("kabar")) return;
    where.searchParams.delete("kabar");
    history.replaceState(history.state, "", where);
  };
  const ready = () => {
    const wide = !phone.matches;
    for (const one of document.querySelectorAll("details[data-wide-open]")) one.open ||= wide;
  };
  ready();
  mark();
  told();
})();
