// The phone with the office's own pages in its browser.
import { $, all, chip, examples, now, office, owner } from "./phone_common.js";

const frame = $("peramban");
let kantor = "";

export function browse(path) {
  $("alamat").textContent = location.host + path;
  frame.contentWindow.location.replace(path);
}

export function draw() {
  if (kantor === now.kantor) return;
  kantor = now.kantor;
  document.querySelector('[data-web="chat"]').hidden = !office().chat;
  browse(office().form || office().status);
}
export function home() {
  kantor = "";
  draw();
}

frame.addEventListener("load", () => {
  const page = frame.contentWindow;
  const path = page.location.pathname;
  if (path === "blank") return;
  $("alamat").textContent = location.host + path;
  const form = Boolean(page.document.querySelector("textarea[name=isi]")) && path === office().form;
  document.querySelector('[data-contoh-untuk="formulir"]').hidden = !form;
  const shown = office().chat && path.startsWith(office().chat) ? "chat" : path.startsWith(office().status) ? "status" : "form";
  all("[data-web]").forEach((one) => one.setAttribute("aria-pressed", String(one.dataset.web === shown)));
});

function fill(example) {
  const page = frame.contentWindow.document;
  const values = { isi: example.text, objek: example.object, tempat: example.place, nama: owner().name };
  for (const [name, value] of Object.entries(values)) {
    const field = page.querySelector(`[name=${name}]`);
    if (field) field.value = value;
  }
  const kind = page.querySelector(`[name=jenis][value="${example.kind}"]`);
  if (kind) kind.checked = true;
}

export const chips = () => examples().map((one) => chip(one.label, () => fill(one)));
all("[data-web]").forEach((one) => one.addEventListener("click", () => browse({ form: office().form, status: office().status, chat: office().chat }[one.dataset.web])));
$("muat-ulang").addEventListener("click", () => frame.contentWindow.location.reload());
