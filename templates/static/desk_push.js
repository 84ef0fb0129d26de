"use strict";
// Links this browser, so that the office's news reach it while no page is open; and says where that cannot be.
(() => {
  const box = document.getElementById("push");
  if (!box) return;
  const refused = document.getElementById("push-refused");
  const here = document.getElementById("push-here");
  const button = box.querySelector("button");
  const workers = navigator.serviceWorker;
  if (!workers || !("PushManager" in window) || !("Notification" in window)) { refused.hidden = false; return; }

  const post = (values) => fetch("/meja/saya/peramban", {
    method: "POST",
    credentials: "same-origin",
    body: new URLSearchParams({ csrf: box.querySelector("[name=csrf]").value, ...values }),
  });
  const name = () => {
    const made = navigator.userAgentData;
    const brand = made && made.brands.find((one) => !/not.?a.?brand|chromium/i.test(one.brand));
    return [brand ? brand.brand : "", made ? made.platform : navigator.platform].filter(Boolean).join(", ").slice(0, 120);
  };
  const hand = (subscription) => {
    const { endpoint, keys } = subscription.toJSON();
    return post({ endpoint, p256dh: keys.p256dh, auth: keys.auth, label: name() });
  };
  const digest = async (text) => {
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
    return [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  };
  const known = async (subscription) => {
    const mark = await digest(subscription.endpoint);
    return [...document.querySelectorAll("[data-push]")].find((one) => one.dataset.push === mark);
  };
  const show = async () => {
    const at = await workers.getRegistration("/meja/");
    const subscription = at && await at.pushManager.getSubscription();
    const line = subscription && await known(subscription);
    box.hidden = false;
    button.hidden = Boolean(line);
    here.hidden = !line;
    if (!line) return;
    line.querySelector("[formaction$=lepas]").addEventListener("click", () => subscription.unsubscribe());
    // The line goes with whoever is signed in now.
    await hand(subscription);
  };
  const key = () => {
    const text = box.dataset.key.replace(/-/g, "+").replace(/_/g, "/");
    return Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
  };
  const subscribe = async () => {
    if (await Notification.requestPermission() !== "granted") throw new Error("refused");
    await workers.register("/meja/pemberitahu.js", { scope: "/meja/" });
    const at = await workers.ready;
    const old = await at.pushManager.getSubscription();
    if (old) await old.unsubscribe();
    const made = await at.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key() });
    if (!(await hand(made)).ok) { await made.unsubscribe(); throw new Error("not taken"); }
    location.assign("/meja/saya?kabar=jalur-tersambung#jalur");
    location.reload();
  };
  button.addEventListener("click", () => {
    refused.hidden = true;
    subscribe().catch(() => { refused.hidden = false; });
  });
  show().catch(() => { refused.hidden = false; });
})();
