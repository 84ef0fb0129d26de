// The demo's clock: what it says, and moving it on.
import { $, all, clock, el, fullDay, now, office, post, present, weekday, zone } from "./phone_common.js";

const known = { hari: [], tujuan: {}, buka_lagi: "", kantor: "", mulai: null };
const HALF_HOUR = 30 * 60 * 1000;

export function tick() {
  const at = present();
  all(".jam-hp").forEach((one) => (one.textContent = clock(at)));
  $("jam-hari").textContent = weekday(at);
  $("jam-pukul").textContent = `${clock(at)} ${zone()}`;
  $("jam").setAttribute("aria-label", `${fullDay(at)}, ${clock(at)} ${zone()}. Majukan jam`);
  const open = isOpen(at);
  if (open === null) return;
  $("jam-buka").textContent = open ? "kantor buka" : "kantor tutup";
  $("jam-buka").classList.toggle("tutup", !open);
  $("jam-buka").title = open ? "" : `Buka lagi ${weekday(known.buka_lagi)} ${clock(known.buka_lagi)}`;
}

function isOpen(at) {
  if (!known.hari.length) return null;
  return known.hari.some((one) => one.spans.some(([opens, closes]) => new Date(opens) <= at && at < new Date(closes)));
}

export async function read() {
  const kantor = now.kantor;
  const sent = Date.now();
  const answer = await fetch(`/hp/jam?kantor=${kantor}`).catch(() => null);
  if (!answer?.ok) return;
  const said = await answer.json();
  if (kantor !== now.kantor) return;
  now.beda = new Date(said.sekarang) - (sent + Date.now()) / 2;
  Object.assign(known, said, { kantor });
  tick();
  drawPanel();
}

// The panel
const landing = (value) => new Date(Math.floor(present() / HALF_HOUR) * HALF_HOUR + value * HALF_HOUR);
const spoken = (at) => `${fullDay(at)}, ${clock(at)} ${zone()}`;

function drawPanel() {
  for (const button of all("[data-ke]")) {
    const goal = known.tujuan[button.dataset.ke];
    button.hidden = !goal;
    if (!goal) continue;
    const at = `${weekday(goal.ke)} ${clock(goal.ke)}`;
    button.querySelector("small").textContent = button.dataset.ke === "libur" ? `${goal.nama.split(";")[0]}, ${weekday(goal.ke)}` : button.dataset.ke === "janji" ? `${at} · ${goal.nama}` : at;
    button.title = `${goal.nama} ${spoken(goal.ke)}`.trim();
  }
  $("kalender").replaceChildren(...known.hari.slice(0, 14).map((one) => {
    const noon = `${one.on}T05:00:00Z`;
    const cell = el("li", { kelas: one.spans.length ? "" : one.name ? "libur" : "tutup", title: one.name }, weekday(noon).split(",")[0], " ");
    cell.append(el("b", { textContent: Number(one.on.slice(8)) }));
    return cell;
  }));
  preview();
}

function preview() {
  const value = Number($("geser").value);
  $("maju").disabled = !value;
  if (!value) return ($("pratinjau").textContent = "Geser untuk memilih waktu, sampai dua minggu ke depan.");
  const at = landing(value);
  const day = known.hari.find((one) => weekday(`${one.on}T05:00:00Z`) === weekday(at));
  const state = isOpen(at) ? "kantor buka" : day?.name && !day.spans.length ? `libur: ${day.name}` : "kantor tutup";
  $("pratinjau").textContent = `Menuju ${spoken(at)} · ${state}`;
}

async function go(to) {
  $("jam").classList.add("berputar");
  all("[data-ke], #maju").forEach((one) => (one.disabled = true));
  $("pratinjau").textContent = `Sedang maju ke ${spoken(to)}: yang terjadi di antaranya dijalankan dulu …`;
  await post("/hp/jam", { ke: to });
  $("geser").value = 0;
  await read();
  all("[data-ke]").forEach((one) => (one.disabled = false));
  $("jam").classList.remove("berputar");
}

function open(on) {
  $("putar").hidden = !on;
  document.body.classList.toggle("memutar", on);
  $("jam").setAttribute("aria-expanded", String(on));
  if (on) read();
}

$("jam").addEventListener("click", () => open($("putar").hidden));
$("putar-tutup").addEventListener("click", () => open(false));
document.addEventListener("keydown", (event) => event.key === "Escape" && open(false));
all("[data-ke]").forEach((one) => one.addEventListener("click", () => go(known.tujuan[one.dataset.ke].ke)));
$("geser").addEventListener("input", preview);
$("maju").addEventListener("click", () => go(landing(Number($("geser").value)).toISOString()));
setInterval(tick, 1000);
