/* Signing out on a phone that was in the field: what was kept for its pages goes, too, unless findings are still unsent;
   then the officer is told first, and a second press signs out and leaves them where they are. */
"use strict";
(() => {
  const form = document.getElementById("leave"), told = document.getElementById("leave-unsent");
  if (!form || !told || !window.indexedDB || !window.caches || !indexedDB.databases) return;

  async function unsent() {
    if (!(await indexedDB.databases()).some((one) => one.name === "wadul-lapangan")) return 0;
    return new Promise((done, failed) => {
      const asked = indexedDB.open("wadul-lapangan");
      asked.onerror = () => failed(asked.error);
      asked.onsuccess = () => {
        const db = asked.result;
        const many = db.transaction("drafts").objectStore("drafts").count();
        many.onsuccess = () => { db.close(); done(many.result); };
        many.onerror = () => { db.close(); failed(many.error); };
      };
    });
  }

  form.addEventListener("submit", async (event) => {
    if (!told.hidden) return;
    event.preventDefault();
    try {
      if (await unsent()) {
        told.hidden = false;
        return;
      }
      await caches.delete("wadul-lapangan-1");
    } catch (error) { /* signing out does not wait for it */ }
    form.submit();
  });
})();
