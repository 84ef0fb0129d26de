// Optional comfort on the citizen's pages and on papers; every page works without it.
"use strict";

// A page that says what went wrong speaks first.
const trouble = document.getElementById("galat");
if (trouble) trouble.focus();

for (const button of document.querySelectorAll("[data-cetak]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// One press, one submission; coming back to the page gives the button back. A pressed button's own value still goes.
for (const form of document.querySelectorAll("form")) {
  form.addEventListener("submit", () => {
    setTimeout(() => form.querySelectorAll("button[type=submit]").forEach((button) => (button.disabled = true)));
  });
}
window.addEventListener("pageshow", () => {
  document.querySelectorAll("button[disabled]").forEach((button) => (button.disabled = false));
});

// News on an open status page: reload where nothing is being written, else say so.
const status = document.querySelector("[data-kabar]");
if (status) {
  const seconds = Number(status.dataset.tiap) || 20;
  const seen = status.dataset.versi;
  const writing = () => [...document.querySelectorAll("textarea, input[type=file]")].some((field) => field.value);
  const look = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(status.dataset.kabar, { credentials: "same-origin", cache: "no-store" });
      if (!answer.ok) return;
      const version = (await answer.text()).trim();
      if (version === seen) return;
      if (writing()) document.getElementById("ada-kabar").hidden = false;
      else location.reload();
    } catch {
      // No line: the next look tries again.
    }
  };
  setInterval(look, seconds * 1000);
  document.addEventListener("visibilitychange", look);
}
