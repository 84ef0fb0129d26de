// The phone with short messages: how many a text takes is counted as the networks count it (3GPP TS 23.038).
import { $, bubbles, chip, clock, composer, el, examples, initials, linked, now, office, post, spaced, tick } from "./phone_common.js";

const BASIC = new Set("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà");
const EXTENDED = new Set("\f^{}\\[~]|€");

export function segments(text) {
  const letters = [...text];
  const strange = letters.find((one) => !BASIC.has(one) && !EXTENDED.has(one));
  const [alone, joined] = strange ? [70, 67] : [160, 153];
  const size = (one) => (strange ? one.length : EXTENDED.has(one) ? 2 : 1);
  let units = 0;
  let count = 1;
  let used = 0;
  for (const one of letters) {
    units += size(one);
    if (used + size(one) > joined) [count, used] = [count + 1, 0];
    used += size(one);
  }
  if (units <= alone) [count, used] = [1, units];
  return { strange, units, count, used, most: count > 1 ? joined : alone };
}

const LEWAT = { android: "HP Android di kantor", twilio: "nomor Twilio" };
const pintu = {};
const chosen = () => office().sms.find((one) => one.channel === pintu[now.kantor]) ?? office().sms[0];
const named = (one) => one.label.replace(/^SMS (.)/, (_, first) => first.toUpperCase());
const form = $("sms-form");

function count() {
  const text = form.elements.isi.value;
  const { strange, used, count: parts, most } = segments(text);
  const line = $("sms-hitung");
  if (!text) return line.replaceChildren();
  const left = el("span", {}, el("b", { textContent: `${used}/${most}` }), parts > 1 ? ` · ${parts} SMS digabung` : " · 1 SMS");
  const right = strange
    ? el("span", { kelas: "mahal", textContent: `UCS-2 karena “${strange}”` })
    : el("span", { textContent: "GSM-7" });
  line.replaceChildren(left, right);
}

const box = composer(form, (text) => post("/hp/sms", { pintu: chosen().channel, isi: text }));
box.addEventListener("input", count);

function bubble(line) {
  const text = linked(el("li", { kelas: `balon ${line.sent ? "oleh" : "dari"}` }), line.text);
  const parts = line.parts > 1 ? el("span", { kelas: "gabung", textContent: `${line.parts} SMS digabung` }) : null;
  const below = el("li", { kelas: `bawah-balon ${line.sent ? "kanan" : ""}` }, parts, clock(line.at), tick(line));
  if (line.state === "failed") below.append("Tidak terkirim");
  return [text, below];
}

export function draw() {
  const doors = office().sms;
  const door = chosen();
  form.hidden = $("sms-obrolan").hidden = !door;
  $("sms-kosong").hidden = Boolean(door);
  $("sms-pilih").hidden = doors.length < 2;
  $("sms-nomor").textContent = door ? spaced(door.number) : "";
  $("sms-lewat").textContent = door ? LEWAT[door.kind] : "";
  document.querySelector(".hp-sms .foto-kantor").textContent = initials(office().title);
  $("sms-pilih").replaceChildren(...doors.map((one) => {
    const button = chip(named(one), () => { pintu[now.kantor] = one.channel; draw(); });
    button.setAttribute("aria-pressed", String(one === door));
    button.title = `${one.label}, ${one.number}`;
    return button;
  }));
  if (!door) return;
  $("sms-obrolan").dataset.kait = door.channel;
  bubbles($("sms-obrolan"), now.obrolan.filter((one) => one.channel === door.channel), bubble);
  if (!$("sms-obrolan").childElementCount) {
    $("sms-obrolan").append(el("li", { kelas: "belum", textContent: `Belum ada SMS dengan ${office().title}.` }));
  }
}

export function chips() {
  return examples().filter((one) => one.short).map((one) => chip(one.label, () => {
    box.value = one.short;
    box.dispatchEvent(new Event("input"));
    box.focus();
  }));
}

// A message to a number that is not the one on the screen brings it to the front.
export function arrived(line) {
  if (office().sms.some((one) => one.channel === line.channel)) pintu[now.kantor] = line.channel;
}
export const mine = (line) => office().sms.some((one) => one.channel === line.channel);
