"use strict";
// Shows what a tab of the desk was told, on telephones that let only a worker notify. It keeps nothing, fetches nothing
// and stands between no page and the office.
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
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
