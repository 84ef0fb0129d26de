// The phone with mail: threads, answers with what they answer, forwards, files.
import { $, all, chip, el, examples, fresh, initials, linked, now, office, owner, post, story, when } from "./phone_common.js";

const at = { layar: "surel", utas: 0 };
const key = () => `hp-dibaca-${now.warga}`;
const seen = () => Number(localStorage.getItem(key()) ?? 0);

export function show(layar) {
  at.layar = layar;
  all("[data-layar]").forEach((one) => (one.hidden = one.dataset.layar !== layar));
  draw();
}
export const home = () => show("surel");

export function draw() {
  document.querySelector(".foto-aku").textContent = owner().name[0];
  document.querySelector(".foto-aku").className = `foto foto-aku foto-${now.warga}`;
  $("surel-lewat").textContent = owner().address;
  $("tulis").hidden = !office().mail;
  if (at.layar === "surel") drawList();
  if (at.layar === "utas") drawThread();
}

function drawList() {
  const threads = new Map();
  now.surat.forEach((one) => threads.set(one.thread, [...(threads.get(one.thread) ?? []), one]));
  const rows = [...threads.values()].sort((a, b) => b.at(-1).id - a.at(-1).id);
  $("daftar").replaceChildren(...rows.map((thread) => listRow(thread, seen())));
  $("daftar").hidden = !rows.length;
  $("tanpa-surel").hidden = rows.length > 0;
}

function listRow(thread, unreadFrom) {
  const row = fresh("t-surel");
  const last = thread.at(-1);
  const other = thread.find((one) => !one.sent)?.from ?? last.to;
  row.classList.toggle("baru", thread.some((one) => !one.sent && one.id > unreadFrom));
  row.querySelector(".foto").textContent = initials(other.name);
  row.querySelector(".dari").textContent = thread.length > 1 ? `${other.name} (${thread.length})` : other.name;
  row.querySelector("time").textContent = when(last.at);
  row.querySelector(".subjek").textContent = thread[0].subject || "(tanpa subjek)";
  row.querySelector(".cuplik").textContent = (last.sent ? "Anda: " : "") + last.text.replace(/\s+/g, " ").slice(0, 120);
  row.firstElementChild.addEventListener("click", () => openThread(last.thread));
  return row;
}

function openThread(thread) {
  at.utas = thread;
  $("utas").dataset.isi = "";
  show("utas");
  $("utas").scrollTop = $("utas").scrollHeight;
}

const thread = () => now.surat.filter((one) => one.thread === at.utas);

function drawThread() {
  const letters = thread();
  if (!letters.length) return show("surel");
  const list = $("utas");
  const mark = letters.map((one) => one.id).join();
  if (list.dataset.isi !== mark) {
    const grown = list.dataset.isi;
    list.dataset.isi = mark;
    list.replaceChildren(...letters.map(letterRow));
    if (grown) list.scrollTop = list.lastElementChild.offsetTop - list.offsetTop - 10;
  }
  $("judul").textContent = letters[0].subject || "(tanpa subjek)";
  const offered = letters.at(-1).sent ? [] : answers(letters.at(-1).text);
  $("cepat").replaceChildren(...offered.map((word) => chip(word, () => quick(letters.at(-1), word))));
  const last = now.surat.at(-1)?.id ?? 0;
  if (last !== seen()) localStorage.setItem(key(), last);
}

// The words that a letter names as answers to it; a number where it asks for a grade.
function answers(text) {
  const grades = /\b1 \(\p{L}/u.test(text) ? ["5", "4", "3", "2", "1"] : [];
  return [...grades, ...["SELESAI", "BELUM", "CEK", "LEWATI"].filter((word) => text.includes(word))];
}

function letterRow(letter) {
  const item = fresh("t-pesan");
  item.classList.toggle("dari-warga", letter.sent);
  const photo = item.querySelector(".foto");
  photo.className = letter.sent ? `foto foto-${now.warga}` : "foto";
  photo.textContent = initials(letter.from.name);
  item.querySelector("strong").textContent = letter.sent ? "Anda" : letter.from.name;
  item.querySelector(".kepada").textContent = letter.sent ? `kepada ${letter.to.name || letter.to.address}` : letter.from.address;
  item.querySelector("time").textContent = when(letter.at);
  linked(item.querySelector(".teks"), letter.text);
  const old = item.querySelector("details");
  old.hidden = !letter.history;
  old.querySelector(".lama").textContent = letter.history;
  item.querySelector(".lampiran").replaceChildren(...letter.files.map(attachment));
  return item;
}

function attachment(file) {
  const item = fresh("t-lampiran");
  item.firstElementChild.href = file.url;
  item.querySelector("span").textContent = `${file.name} · ${Math.max(1, Math.round(file.bytes / 1000))} kB`;
  return item;
}

// Writing
const draft = { answers: 0, forwards: 0 };

function write({ to = "", subject = "", text = "", answers = 0, forwards = 0, note = "" }) {
  Object.assign(draft, { answers, forwards });
  const people = [...story.offices.map((one) => [one.mail, one.name]), ...story.citizens.map((one) => [one.address, one.name])];
  const choices = people.filter(([address]) => address && address !== owner().address);
  const bare = to.replace(/\+[^@]*/, "");
  if (to && !choices.some(([address]) => address === to)) {
    choices.unshift([to, choices.find(([address]) => address === bare)?.[1] ?? to]);
  }
  $("ke").replaceChildren(...choices.map(([address, name]) => new Option(name === address || (address !== bare && address === to) ? name : `${name} <${address}>`, address)));
  $("ke").value = to || office().mail;
  $("subjek").value = subject;
  $("isi").value = text;
  $("berkas").value = "";
  named();
  $("isi").placeholder = answers ? "Tulis balasan" : "Tulis surel";
  $("ikut").hidden = !note;
  $("ikut").textContent = note;
  $("galat").hidden = true;
  document.querySelector('[data-contoh-untuk="surel"]').hidden = Boolean(answers || forwards);
  show("tulis");
  (text || answers ? $("isi") : $("subjek")).focus({ preventScroll: true });
}

const named = () => ($("lampiran-nama").textContent = [...$("berkas").files].map((one) => one.name).join(", ") || "Lampirkan berkas");
$("berkas").addEventListener("change", named);

const prefixed = (prefix, subject) => (subject.toLowerCase().startsWith(prefix.toLowerCase()) ? subject : `${prefix} ${subject}`);

function reply(letter, text = "") {
  const to = letter.sent ? letter.to.address : letter.reply;
  return { to, subject: prefixed("Re:", letter.subject), text, answers: letter.id, note: "Kutipan surel sebelumnya ikut terkirim." };
}

function quick(letter, word) {
  const answer = reply(letter, word);
  return send({ ke: answer.to, subjek: answer.subject, isi: word, jawab: letter.id });
}

async function send(form) {
  const result = await post("/hp/kirim", form);
  if (!result) return;
  document.addEventListener("hp-isi", () => openThread(now.surat.find((one) => one.id === result.id)?.thread ?? result.id), { once: true });
  document.dispatchEvent(new Event("hp-lihat"));
}

$("surat").addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = event.target.querySelector("[type=submit]");
  const empty = !($("isi").value.trim() || draft.forwards || $("berkas").value);
  $("galat").textContent = "Tulis dulu isi surelnya.";
  $("galat").hidden = !empty;
  if (empty) return;
  button.disabled = true;
  const form = new FormData(event.target);
  if (draft.answers) form.set("jawab", draft.answers);
  if (draft.forwards) form.set("teruskan", draft.forwards);
  await send(form);
  button.disabled = false;
});

export const chips = () => examples().map((one) => chip(one.label, () => {
  $("subjek").value = one.subject;
  $("isi").value = one.text;
  $("isi").focus();
}));

$("tulis").addEventListener("click", () => write({}));
$("ke-daftar").addEventListener("click", home);
$("balas").addEventListener("click", () => write(reply(thread().findLast((one) => !one.sent) ?? thread().at(-1))));
$("teruskan").addEventListener("click", () => {
  const last = thread().at(-1);
  write({ subject: prefixed("Fwd:", last.subject), forwards: last.id, note: "Surel ini ikut diteruskan beserta lampirannya." });
});
$("batal").addEventListener("click", () => show(draft.answers || draft.forwards ? "utas" : "surel"));
