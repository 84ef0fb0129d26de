"use strict";
// Single keys for what an officer does all day. None is heard while somebody types, and /meja/saya switches them off.
(() => {
  const $ = (id) => document.getElementById(id);
  const desk = document.querySelector(".desk");
  if (!desk) return;
  const rows = () => [...document.querySelectorAll("a.row")].filter((row) => row.offsetParent);
  const here = () => document.activeElement;

  const current = () => rows().find((row) => row === here())
    || rows().find((row) => row.closest("li").contains(here()))
    || rows().find((row) => row.getAttribute("aria-current") === "true");
  const walk = (by) => {
    const all = rows();
    const at = all.indexOf(current());
    const next = all[at < 0 ? 0 : Math.min(Math.max(at + by, 0), all.length - 1)];
    if (!next) return false;
    next.focus();
    next.scrollIntoView({ block: "nearest" });
    return true;
  };
  // Unfold a form and stand in its first empty field, or on what unfolds it.
  const unfold = (fold) => {
    if (!fold || !fold.offsetParent) return false;
    for (let one = fold; one; one = one.parentElement.closest("details")) one.open = true;
    const fields = "textarea:not([readonly]), input:not([type=hidden], [type=file]), select, button";
    const field = [...fold.querySelectorAll(fields)].find((one) => one.offsetParent);
    (field || fold.querySelector("summary")).focus();
    fold.scrollIntoView({ block: "nearest" });
    return true;
  };
  // Of the two boxes one is shown at a time.
  const write = (box) => {
    if ($(`box-${box}`)) $(`box-${box}`).checked = true;
    const open = unfold($(box));
    // What is written comes first, whatever may be chosen above it.
    const text = open && $(box).querySelector("textarea:not([readonly])");
    if (text && text.offsetParent) text.focus();
    return open;
  };
  const take = () => {
    const button = document.querySelector("#manage button[name=officer]");
    if (!button) return false;
    button.click();
    return true;
  };
  const act = () => {
    const folds = [...document.querySelectorAll("#step .options > .option > details")];
    if (!folds.length) return false;
    if (folds.length === 1) return unfold(folds[0]);
    folds[0].querySelector("summary").focus();
    return true;
  };
  const select = () => {
    const row = current();
    const box = row && row.closest("li").querySelector("[type=checkbox]");
    if (!box) return false;
    box.click();
    return true;
  };
  const back = () => {
    if ($("main").contains(here()) && current()) { current().focus(); return true; }
    const link = document.querySelector(".ticket .back");
    if (link && link.offsetParent) { link.click(); return true; }
    return false;
  };
  const search = () => {
    if (!$("q") || !$("q").offsetParent) { location.assign("/meja/"); return true; }
    $("q").focus();
    $("q").select();
    return true;
  };
  const go = (link) => { if (link) link.click(); return !!link; };
  const queue = (path) => () => { location.assign(`/meja/?antrean=${path}`); return true; };

  $("keys").querySelector("button").addEventListener("click", () => $("keys").close());
  const keys = {
    "?": () => { $("keys").showModal(); return true; },
    "/": search,
    "j": () => walk(1),
    "k": () => walk(-1),
    "r": () => write("reply"),
    "n": () => write("note"),
    "t": act,
    "a": take,
    "x": select,
    "c": () => go(document.querySelector("[data-next]") || document.querySelector(".rail a[href='/meja/baru']")),
    "p": () => go(document.querySelector("[data-print], [data-print-page]")),
  };
  const after_g = { "r": queue("peran"), "m": queue("milik"), "s": queue("semua"), "t": queue("terlambat") };
  document.addEventListener("click", (event) => { if (event.target.closest("[data-print-page]")) print(); });
  let went = 0;
  const wanted = (event) => {
    if (Date.now() - went < 1500 && after_g[event.key]) { went = 0; return after_g[event.key]; }
    if (event.key === "g") { went = Date.now(); return () => true; }
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      return here().matches("a.row") ? () => walk(event.key === "ArrowDown" ? 1 : -1) : null;
    }
    return keys[event.key];
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || document.querySelector("dialog[open]")) return;
    const typing = event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
    if (event.key === "Escape") {
      if (typing) typing.blur(); else if (back()) event.preventDefault();
      return;
    }
    if (typing || desk.dataset.keys === "off") return;
    const does = wanted(event);
    if (does && does()) event.preventDefault();
  });
})();
