// The phone with Telegram: a private chat with the office's bot.
import { $, all, bubbles, chip, clock, composer, el, examples, initials, linked, now, office, post, present, story, tick } from "./phone_common.js";
import { located, media, menus, picture } from "./phone_media.js";

const bot = () => office().telegram[0];
const form = $("tg-form");
const pick = { kind: "", id: 0 };
const lines = () => now.obrolan.filter((one) => one.channel === bot()?.channel);
const blocked = () => now.blokir.includes(bot()?.channel);
const short = (line) => line.text || (line.place ? "Lokasi" : line.files[0]?.name ?? "");

const say = (values) => post("/hp/telegram", { pintu: bot().channel, jawab: pick.kind === "balas" ? pick.id : "", ...values });

const box = composer(form, async (text) => {
  const edits = pick.kind === "ubah";
  const said = await (edits ? post("/hp/telegram/ubah", { pesan: pick.id, isi: text }) : say({ isi: text }));
  if (said) quote("");
  return said;
});

// Answering and changing
function quote(kind, line) {
  Object.assign(pick, { kind, id: line?.id ?? 0 });
  const bar = $("tg-kutip");
  bar.hidden = !kind;
  if (!kind) return;
  bar.querySelector("b").textContent = kind === "ubah" ? "Ubah pesan" : `Balas ${line.sent ? "Anda" : bot().name}`;
  bar.querySelector("div span").textContent = short(line);
  if (kind === "ubah") box.value = line.text;
  box.focus();
}
$("tg-kutip").querySelector("button").addEventListener("click", () => {
  if (pick.kind === "ubah") box.value = "";
  quote("");
});

function choose(line, bubble, event) {
  if (event.target.closest("a, button") || getSelection().toString()) return;
  const open = bubble.querySelector(".pilih-balon");
  all(".pilih-balon").forEach((one) => one.remove());
  if (open || blocked()) return;
  const doing = [chip("Balas", () => quote("balas", line))];
  if (line.sent && line.text && !line.text.startsWith("/")) doing.push(chip("Ubah", () => quote("ubah", line)));
  bubble.append(el("span", { kelas: "pilih-balon", saat: (one) => one.currentTarget.remove() }, ...doing));
}

// Bubbles
function bubble(line) {
  const picture = line.files[0]?.type.startsWith("image/");
  const kinds = [line.sent ? "oleh" : "dari", picture ? "ada-foto" : "", line.place ? "ada-peta" : ""].filter(Boolean);
  const made = el("li", { kelas: `balon ${kinds.join(" ")}`, tabIndex: 0, saat: (event) => choose(line, made, event) });
  made.addEventListener("keydown", (event) => event.key === "Enter" && event.target === made && choose(line, made, event));
  const replied = lines().find((one) => one.id === line.answers);
  if (replied) {
    made.append(el("span", { kelas: "dikutip" }, el("b", { textContent: replied.sent ? "Anda" : bot().name }), short(replied)));
  }
  const shown = media(line);
  if (shown) made.append(shown);
  if (line.place) made.append(located(line));
  if (line.text) made.append(linked(el("span", { kelas: "isi-balon" }), line.text));
  made.append(el("span", { kelas: "waktu" }, line.edited ? "diedit " : "", clock(line.at), tick(line)));
  return line.buttons.length ? [made, keys(line)] : made;
}

function keys(line) {
  const press = (value) => post("/hp/telegram/tombol", { pesan: line.id, nilai: value });
  const rows = line.buttons.map((row) => el("div", {}, ...row.map(([label, value]) => {
    const button = chip(label, () => press(value));
    button.classList.toggle("ditekan", value === line.pressed);
    return button;
  })));
  return el("li", { kelas: "tombol-tombol" }, ...rows);
}

// The office has it and has not answered yet
function typing() {
  const last = lines().at(-1);
  return Boolean(last?.sent && last.state === "delivered" && !blocked() && present() - new Date(last.at) < 3500);
}

export function draw() {
  const there = bot();
  const said = there ? lines() : [];
  const begun = said.some((one) => one.sent);
  $("tg-kosong").hidden = Boolean(there);
  $("tg-obrolan").hidden = !there;
  form.hidden = !there || !begun || blocked();
  document.querySelector('[data-contoh-untuk="telegram"]').hidden = form.hidden;
  $("tg-mulai").hidden = !there || (begun && !blocked());
  $("tg-mulai").textContent = blocked() ? "BUKA BLOKIR" : "MULAI";
  $("tg-menu").hidden = !there || !begun;
  $("tg-blokir").lastElementChild.textContent = blocked() ? "Buka blokir" : "Blokir bot";
  document.querySelector("[data-bot-nama]").textContent = there?.name ?? office().title;
  document.querySelector(".hp-telegram .foto-kantor").textContent = initials(there?.name ?? office().title);
  $("tg-lewat").textContent = there ? `@${there.username}` : "";
  const writing = there && typing();
  $("tg-keadaan").textContent = blocked() ? "diblokir" : writing ? "mengetik…" : there ? "bot" : "";
  $("tg-obrolan").dataset.kait = `${writing}`;
  if (!there) return;
  bubbles($("tg-obrolan"), said, bubble);
  if (!begun) $("tg-obrolan").replaceChildren(welcome());
  all(".mengetik").forEach((one) => one.remove());
  clearTimeout(draw.timer);
  if (!writing) return;
  $("tg-obrolan").append(el("li", { kelas: "balon dari mengetik" }, el("i"), el("i"), el("i")));
  $("tg-obrolan").scrollTop = $("tg-obrolan").scrollHeight;
  draw.timer = setTimeout(draw, 1200);
}

const welcome = () => el("li", { kelas: "sambutan" }, el("b", { textContent: "Apa yang bisa bot ini lakukan?" }),
  "Menerima aduan, saran, dan pertanyaan Anda, lalu memberi kabar sampai selesai.");

export const chips = () => examples().map((one) => chip(one.label, () => {
  box.value = one.text;
  box.focus();
}));
export const mine = (line) => line.channel === bot()?.channel;

// Sending more than words
async function send(files) {
  if (!files.length) return;
  const sent = new FormData();
  Object.entries({ pintu: bot().channel, isi: box.value.trim(), jawab: pick.kind === "balas" ? pick.id : "" }).forEach(([name, value]) => sent.set(name, value));
  [...files].slice(0, 10).forEach((one) => sent.append("berkas", one));
  if (!(await post("/hp/telegram", sent))) return;
  box.value = "";
  quote("");
}

const doing = {
  foto: () => $("tg-foto").click(),
  berkas: () => $("tg-berkas").click(),
  contoh: async () => send([await picture()]),
  lokasi: () => {
    const here = story.places.filter((one) => one.office === now.kantor);
    const spot = here[Math.floor(Math.random() * here.length)] ?? story.places[0];
    return say({ lokasi: `${spot.latitude},${spot.longitude}` });
  },
};
for (const id of ["tg-foto", "tg-berkas"]) {
  $(id).addEventListener("change", async () => {
    await send($(id).files);
    $(id).value = "";
  });
}
all("#tg-lampir-isi [data-lampir]").forEach((one) => one.addEventListener("click", () => doing[one.dataset.lampir]()));
$("tg-mulai").addEventListener("click", () => (blocked() ? block("0") : say({ isi: "/start" })));
$("tg-blokir").addEventListener("click", () => block(blocked() ? "0" : "1"));
const block = (on) => post("/hp/telegram/blokir", { pintu: bot().channel, blokir: on });

// Menus
menus(["tg-menu", "tg-menu-isi"], ["tg-lampir", "tg-lampir-isi"]);
