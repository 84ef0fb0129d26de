// The phone with Telegram: a private chat with the office's bot.
import { $, all, bubbles, chip, clock, composer, el, examples, fresh, initials, linked, now, office, post, present, story, tick } from "./phone_common.js";

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
function media(line) {
  const [file] = line.files;
  if (line.place) return fresh("t-peta");
  if (!file) return null;
  if (file.type.startsWith("image/")) {
    return el("a", { kelas: "foto-pesan", href: file.url, target: "_blank" }, el("img", { src: file.url, alt: file.name, loading: "lazy" }));
  }
  const paper = fresh("t-berkas");
  paper.href = file.url;
  paper.querySelector("b").textContent = file.name;
  paper.querySelector("small").textContent = `${Math.max(1, Math.round(file.bytes / 1000))} kB`;
  return paper;
}

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
  if (line.place) {
    const spot = story.places.find((one) => one.latitude === line.place[0] && one.longitude === line.place[1]);
    const where = line.place.map((one) => one.toFixed(4)).join(", ");
    made.append(el("span", { kelas: "letak" }, spot?.name ?? "Lokasi", el("small", { textContent: where })));
  }
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
function sample() {
  const canvas = el("canvas", { width: 960, height: 720 });
  const draw = canvas.getContext("2d");
  const fill = (colour, ...points) => {
    draw.fillStyle = colour;
    draw.beginPath();
    points.forEach(([x, y]) => draw.lineTo(x, y));
    draw.fill();
  };
  const round = (colour, x, y, across, high) => {
    draw.fillStyle = colour;
    draw.beginPath();
    draw.ellipse(x, y, across, high, 0, 0, 7);
    draw.fill();
  };
  const sky = draw.createLinearGradient(0, 0, 0, 330);
  sky.addColorStop(0, "#8fbce6");
  sky.addColorStop(1, "#e9eef0");
  fill(sky, [0, 0], [960, 0], [960, 330], [0, 330]);
  for (let x = 0; x < 960; x += 62) round(x % 124 ? "#4f7d4a" : "#63935a", x, 300, 66, 70 + (x % 5) * 9);
  fill("#c9b48d", [0, 318], [960, 318], [960, 720], [0, 720]);
  fill("#6b6d70", [400, 318], [560, 318], [1010, 720], [-50, 720]);
  for (let y = 350; y < 720; y += 92) fill("#e8e4d5", [476, y], [484, y], [488 + y / 30, y + 44], [472 - y / 30, y + 44]);
  round("#57585a", 430, 560, 178, 66);
  round("#3b3a38", 432, 566, 150, 52);
  round("#7d6d55", 440, 578, 112, 34);
  round("#a9b7c0", 448, 582, 84, 22);
  for (const [x, y] of [[250, 620], [300, 640], [600, 610], [640, 590], [230, 560]]) round("#4c4b49", x, y, 15, 8);
  return new Promise((done) => canvas.toBlob((blob) => done(new File([blob], "jalan-berlubang.jpg", { type: "image/jpeg" })), "image/jpeg", 0.86));
}

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
  contoh: async () => send([await sample()]),
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
all("[data-lampir]").forEach((one) => one.addEventListener("click", () => doing[one.dataset.lampir]()));
$("tg-mulai").addEventListener("click", () => (blocked() ? block("0") : say({ isi: "/start" })));
$("tg-blokir").addEventListener("click", () => block(blocked() ? "0" : "1"));
const block = (on) => post("/hp/telegram/blokir", { pintu: bot().channel, blokir: on });

// Menus
for (const [button, menu] of [["tg-menu", "tg-menu-isi"], ["tg-lampir", "tg-lampir-isi"]]) {
  const open = (on) => {
    $(menu).hidden = !on;
    $(button).setAttribute("aria-expanded", String(on));
  };
  $(button).addEventListener("click", (event) => {
    event.stopPropagation();
    open($(menu).hidden);
  });
  document.addEventListener("click", () => open(false));
  document.addEventListener("keydown", (event) => event.key === "Escape" && open(false));
}
