"use strict";
// Notifications of the browser, for officers who want them: what is new for them, while the office is open, and no word
// of what a citizen said. Only the tab that listens for all the others tells.
(() => {
  const desk = document.querySelector(".desk");
  const box = document.getElementById("alerts");
  const refused = document.getElementById("alerts-refused");
  const able = "Notification" in window;

  if (box) {
    const say = () => { refused.hidden = able && Notification.permission !== "denied"; };
    box.addEventListener("change", async () => {
      if (box.checked && (!able || await Notification.requestPermission() !== "granted")) box.checked = false;
      say();
    });
    say();
  }

  if (!desk || desk.dataset.alerts !== "on" || !able) return;
  const KEPT = "wadul-told";
  const show = (one) => {
    try {
      const told = new Notification(one.dataset.title, { body: one.textContent.trim(), tag: one.dataset.id });
      told.onclick = () => { window.focus(); location.assign(one.dataset.path); told.close(); };
    } catch { /* some telephones only let installed pages notify */ }
  };
  const tell = async () => {
    if (!desk.dataset.listens || Notification.permission !== "granted") return;
    const answer = await fetch("/meja/kabar", { headers: { "HX-Request": "true" }, credentials: "same-origin" });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const news = [...page.querySelectorAll("li")];
    const last = localStorage.getItem(KEPT);
    localStorage.setItem(KEPT, String(Math.max(Number(last), ...news.map((one) => Number(one.dataset.id)))));
    if (last === null || page.querySelector("ul").dataset.open !== "yes") return;
    news.filter((one) => Number(one.dataset.id) > Number(last)).forEach(show);
  };
  let timer = 0;
  const soon = () => { clearTimeout(timer); timer = setTimeout(() => tell().catch(() => {}), 800); };
  document.addEventListener("wadul:event", (event) => { if (!event.detail.startsWith("presence")) soon(); });
  soon();
})();
