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

  // Telephones let only a worker notify; it is there as long as notifications or pushes are wanted, and does nothing else.
  const workers = navigator.serviceWorker;
  // A tap on what was told or pushed leads on in the tab that is open.
  if (workers) workers.addEventListener("message", (event) => location.assign(event.data.path));
  if (workers && (!desk || desk.dataset.alerts !== "on")) {
    workers.getRegistration("/meja/")
      .then(async (one) => { if (one && !(one.pushManager && await one.pushManager.getSubscription())) await one.unregister(); })
      .catch(() => {});
  }
  if (!desk || desk.dataset.alerts !== "on" || !able) return;
  const KEPT = "wadul-told";
  const worker = workers
    ? workers.register("/meja/pemberitahu.js", { scope: "/meja/" }).then(() => workers.ready).catch(() => null)
    : Promise.resolve(null);
  const show = async (one) => {
    const what = { body: one.textContent.trim(), tag: one.dataset.id, data: { path: one.dataset.path } };
    const at = await worker;
    if (at) { await at.showNotification(one.dataset.title, what); return; }
    const told = new Notification(one.dataset.title, what);
    told.onclick = () => { window.focus(); location.assign(one.dataset.path); told.close(); };
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
    for (const one of news.filter((each) => Number(each.dataset.id) > Number(last))) await show(one);
  };
  let timer = 0;
  const soon = () => { clearTimeout(timer); timer = setTimeout(() => tell().catch(() => {}), 800); };
  document.addEventListener("wadul:event", (event) => { if (!event.detail.startsWith("presence")) soon(); });
  soon();
})();
