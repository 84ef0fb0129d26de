// HP Warga: the phones of one citizen. What the office sends arrives by a stream that says only that something changed.
import { $, all, clock, day, el, now, office, owner, present, story, weekday } from "./phone_common.js";
import * as sms from "./phone_sms.js";
import * as telegram from "./phone_telegram.js";
import { app } from "./phone_meta.js";
import * as mail from "./phone_mail.js";
import * as web from "./phone_web.js";
import * as time from "./phone_clock.js";

const META = { whatsapp: app("whatsapp"), messenger: app("messenger"), instagram: app("instagram") };
const APPS = { ...META, sms, telegram, surel: mail, formulir: web };
const DOORS = { email: "surel", web: "formulir web", telegram: "Telegram", android: "SMS", twilio: "SMS", whatsapp: "WhatsApp", messenger: "Messenger", instagram: "Instagram", chat: "obrolan web" };
const small = matchMedia("(max-width: 47.5rem)");
let chosen = localStorage.getItem("hp-dipilih") ?? "sms";

function draw() {
  document.querySelector("[data-kantor-nama]").textContent = office().title;
  Object.values(APPS).forEach((one) => one.draw());
  all("[data-warga]").forEach((one) => one.setAttribute("aria-pressed", String(one.dataset.warga === now.warga)));
  all("[data-kantor]").forEach((one) => one.setAttribute("aria-pressed", String(one.dataset.kantor === now.kantor)));
  all("[data-pilih-hp]").forEach((one) => one.setAttribute("aria-pressed", String(one.dataset.pilihHp === chosen)));
  all("[data-hp]").forEach((one) => one.classList.toggle("dipilih", one.dataset.hp === chosen));
}

function drawChips() {
  for (const [name, app] of Object.entries(APPS)) {
    document.querySelector(`[data-contoh-untuk="${name}"]`).replaceChildren(...app.chips());
  }
}

// What came, and what of it was seen
const lastOf = (app) => Math.max(0, ...(app === "surel" ? now.surat : now.obrolan.filter(APPS[app].mine)).filter((one) => !one.sent).map((one) => one.id));
const seenKey = (app) => `hp-lihat-${now.warga}-${now.kantor}-${app}`;

function arrivals(before) {
  if (!before) return;
  const known = new Set(before.map((one) => one.id));
  now.obrolan.filter((one) => !one.sent && !known.has(one.id)).forEach((one) => {
    sms.arrived(one);
    if (sms.mine(one)) ring("sms");
    if (telegram.mine(one)) ring("telegram");
    Object.keys(META).filter((name) => META[name].mine(one)).forEach(ring);
  });
}

function ring(app) {
  const phone = document.querySelector(`[data-hp="${app}"]`);
  phone.classList.remove("datang");
  void phone.offsetWidth;
  phone.classList.add("datang");
}

function dots(last) {
  for (const app of ["sms", "telegram", "surel", ...Object.keys(META)]) {
    if (!small.matches || chosen === app) localStorage.setItem(seenKey(app), lastOf(app));
    const seen = localStorage.getItem(seenKey(app));
    document.querySelector(`[data-pilih-hp="${app}"] .titik`).hidden = seen === null || lastOf(app) <= Number(seen);
  }
  for (const [warga, ids] of Object.entries(last)) {
    const key = `hp-terakhir-${warga}`;
    const sum = ids.join();
    if (warga === now.warga || localStorage.getItem(key) === null) localStorage.setItem(key, sum);
    document.querySelector(`[data-warga="${warga}"] .titik`).hidden = localStorage.getItem(key) === sum;
  }
}

// What just happened, and how far the visitor is
function sentence(row) {
  const name = story.citizens.find((one) => one.id === row.warga)?.name ?? "warga";
  const door = DOORS[row.pintu] ?? row.pintu;
  if (row.oleh === "citizen") return `${row.warga ? name : "Warga"} menulis lewat ${door}`;
  return row.oleh === "officer" ? `Petugas menjawab ${name} lewat ${door}` : `Jawaban otomatis ke ${name} lewat ${door}`;
}

function drawTrail(rows, done) {
  const list = $("jejak");
  const known = new Set([...list.children].map((one) => one.dataset.id));
  rows.slice(0, 8).toReversed().filter((row) => !known.has(String(row.id))).forEach((row) => {
    const line = el("li", { kelas: row.oleh === "officer" ? "petugas" : "" }, el("time", { dateTime: row.at }), sentence(row));
    line.dataset.id = row.id;
    list.prepend(line);
  });
  all("time", list).forEach((one) => {
    const today = day(one.dateTime) === day(present());
    one.textContent = today ? clock(one.dateTime) : `${weekday(one.dateTime)} ${clock(one.dateTime)}`;
  });
  while (list.childElementCount > 8) list.lastElementChild.remove();
  $("sepi").hidden = rows.length > 0;
  $("jejak").hidden = !rows.length;
  const next = [1, 2, 3].find((step) => !done.includes(step));
  all("[data-langkah]").forEach((one) => {
    const step = Number(one.dataset.langkah);
    one.classList.toggle("sudah", done.includes(step));
    one.classList.toggle("kini", step === next);
    one.querySelector(".angka").textContent = done.includes(step) ? "✓" : step;
  });
}

// Hearing
let looking = false;
let again = false;

async function look() {
  if (looking) return (again = true);
  looking = true;
  const asked = now.warga;
  const answer = await fetch(`/hp/isi?warga=${asked}&sejak=${now.versi}`).catch(() => null);
  if (answer?.status === 200 && asked === now.warga) {
    const said = await answer.json();
    const before = now.versi ? now.obrolan : null;
    const letters = new Set(now.surat.map((one) => one.id));
    const mailed = now.versi && said.surat.some((one) => !one.sent && !letters.has(one.id));
    Object.assign(now, { versi: said.versi, surat: said.surat, obrolan: said.obrolan, blokir: said.blokir, mati: said.mati, terakhir: said.terakhir });
    arrivals(before);
    if (mailed) ring("surel");
    draw();
    dots(said.terakhir);
    if (small.matches) META[chosen]?.see();
    drawTrail(said.jejak, said.langkah);
    document.dispatchEvent(new Event("hp-isi"));
    time.read();
  }
  looking = false;
  if (again) {
    again = false;
    look();
  }
}

function take(warga) {
  Object.assign(now, { warga, versi: "", surat: [], obrolan: [] });
  localStorage.setItem("hp-warga", warga);
  document.title = `HP ${owner().name} · Peragaan Wadul`;
  mail.home();
  look();
}

function turn(kantor) {
  now.kantor = kantor;
  if (META[chosen] && !office().meta.some((one) => one.kind === chosen)) chosen = "sms";
  localStorage.setItem("hp-kantor", kantor);
  drawChips();
  draw();
  time.read();
}

function choose(app) {
  chosen = app;
  localStorage.setItem("hp-dipilih", app);
  draw();
  document.querySelector(`[data-pilih-hp="${app}"]`).scrollIntoView({ block: "nearest", inline: "center" });
  all(".obrolan").forEach((one) => (one.scrollTop = one.scrollHeight));
  dots(now.terakhir);
}

all("[data-warga]").forEach((one) => one.addEventListener("click", () => take(one.dataset.warga)));
all("[data-kantor]").forEach((one) => one.addEventListener("click", () => turn(one.dataset.kantor)));
all("[data-pilih-hp]").forEach((one) => one.addEventListener("click", () => choose(one.dataset.pilihHp)));
document.addEventListener("hp-lihat", look);
document.addEventListener("hp-lihat-lagi", () => {
  now.versi = "";
  look();
});
document.addEventListener("hp-buka", (event) => {
  web.browse(event.detail);
  if (small.matches) choose("formulir");
});

const remembered = (key, among) => among.find((one) => one.id === localStorage.getItem(key))?.id ?? among[0].id;
now.kantor = remembered("hp-kantor", story.offices);
if (META[chosen] && !office().meta.some((one) => one.kind === chosen)) chosen = "sms";
now.warga = remembered("hp-warga", story.citizens);
drawChips();
time.read();
take(now.warga);
const events = new EventSource("/hp/peristiwa");
events.onmessage = (event) => event.data !== now.versi && look();
