"use strict";
// The window in which a platform lets us write: its clock goes on while a reply is written, and closes before the eyes.
// The server says when it closes and is asked again when the words leave; this only shows it.
(() => {
  const $ = (id) => document.getElementById(id);
  const fill = (text, n) => text.replace("{n}", n);

  // What the server's clock says, whatever the clock of this machine does.
  let told = null;
  let offset = 0;
  const now = () => {
    const here = $("server-now");
    if (here && here !== told) { told = here; offset = Number(here.getAttribute("datetime")) - performance.now() / 1000; }
    return offset + performance.now() / 1000;
  };
  const until = (element) => element && element.dataset.until !== undefined ? Number(element.dataset.until) : Infinity;
  const set = (element, words) => { if (element.textContent !== words) element.textContent = words; };
  const words = (seconds, box) => seconds >= 172800 ? fill(box.dataset.days, Math.floor(seconds / 86400))
    : seconds >= 3600 ? fill(box.dataset.hours, Math.floor(seconds / 3600))
    : seconds >= 60 ? fill(box.dataset.minutes, Math.floor(seconds / 60)) : box.dataset.moments;

  const clocks = (box, at) => {
    for (const one of document.querySelectorAll(".window[data-until]")) {
      const late = Number(one.dataset.late ?? one.dataset.until);
      const state = at <= until(one) ? "open" : at <= late ? "late" : "closed";
      if (one.dataset.state !== state) one.dataset.state = state;
      one.toggleAttribute("data-soon", until(one) - at < 3600);
      for (const left of one.querySelectorAll(".left")) set(left, words(Math.max(0, left.dataset.to - at), box));
    }
  };
  // The line above the box is fresh even while somebody writes in it, and the list of doors is not.
  const ends = () => {
    const chosen = $("reply-through")?.selectedOptions[0];
    if (!chosen?.value) return until($("ways"));
    const line = document.querySelector(`#ways .window[data-way="${CSS.escape(chosen.value)}"]`);
    return line ? Number(line.dataset.late ?? line.dataset.until ?? 0) : until(chosen);
  };
  const shut = (box, at) => {
    const over = at > ends();
    box.toggleAttribute("data-shut", over);
    set($("window-told"), over ? box.dataset.told : "");
    for (const button of box.querySelectorAll(".send .primary:not(#approved), .together button")) {
      if (button.tagName !== "BUTTON" || box.querySelector("form[data-sent]")) continue;
      button.disabled = over;
    }
  };
  const tick = () => {
    const box = $("reply");
    if (!box || !box.dataset.hours) return;
    const at = now();
    clocks(box, at);
    shut(box, at);
  };
  document.addEventListener("change", (event) => { if (event.target.id === "reply-through") tick(); });
  setInterval(tick, 1000);
  tick();

  // --- an approved template, read while it is filled in -----------------------------------------------------------
  const preview = (form) => {
    const shown = form.closest("li").querySelector("[data-reads]");
    if (!shown) return;
    const names = JSON.parse(form.dataset.names);
    const given = new Map(names.map((name, index) => [name, form.elements[`value-${index + 1}`].value.trim()]));
    set(shown, shown.dataset.reads.replace(/\{\{\s*([^{}]{1,60}?)\s*\}\}/g, (whole, name) => given.get(name) || whole));
  };
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-names]");
    if (form) preview(form);
  });
})();
