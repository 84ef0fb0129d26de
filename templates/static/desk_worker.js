"use strict";
// Shows what a tab of the desk was told, on telephones that let only a worker notify, and what was pushed here while no
// tab is open. It keeps nothing, fetches nothing and stands between no page and the office.
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("push", (event) => {
  const told = event.data ? event.data.json() : {};
  const path = String(told.path || "").startsWith("/meja/") ? told.path : "/meja/";
  const what = { body: told.body || "", tag: told.tag || "wadul", data: { path } };
  event.waitUntil(self.registration.showNotification(told.title || "Wadul", what));
});
// A tap leads to the case: in a tab that is open, which asks before it leaves something unsent, or in a new one.
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const { path } = event.notification.data;
  event.waitUntil((async () => {
    const [open] = await self.clients.matchAll({ type: "window" });
    if (!open) { await self.clients.openWindow(path); return; }
    await open.focus().catch(() => {});
    open.postMessage({ path });
  })());
});
