// HP Warga: plays a citizen's phone. Mail goes to and comes from the demo's mail provider; the form is the real page.
const story = JSON.parse(document.body.dataset.cerita);
const $ = (id) => document.getElementById(id);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const fresh = (id) => $(id).content.firstElementChild.cloneNode(true);

const now = { warga: "", kantor: story.offices[0].id, layar: "beranda", utas: 0, versi: -1, surat: [], pernah: new Set() };
const office = () => story.offices.find((one) => one.id === now.kantor);
const owner = () => story.citizens.find((one) => one.id === now.warga);
const key = (name) => `hp-${name}-${now.warga}`;

// Times and people
const local = (at, parts) => new Date(at).toLocaleString("id-ID", { timeZone: office().zone, ...parts });
const clock = (at) => local(at, { hour: "2-digit", minute: "2-digit" });
const day = (at) => local(at, { day: "numeric", month: "short" });
const when = (at) => (day(at) === day(new Date()) ? clock(at) : day(at));
const initials = (name) => {
  const words = name.split(/\s+/).filter(Boolean);
  return ((words[0]?.[0] ?? "") + (words[1]?.[0] ?? "")).toUpperCase();
};

// Screens
function show(layar) {
  now.layar = layar;
  all("[data-layar]").forEach((one) => (one.hidden = one.dataset.layar !== layar));
  $("hp").classList.toggle("di-beranda", layar === "beranda");
  $("pemberitahuan").hidden = true;
  draw();
}

function open(app) {
  if (app === "formulir") return browse(office().form);
  if (app === "cek") return browse(office().status);
  if (app === "tulis") return write({});
  show(app);
}

function draw() {
  const unread = now.surat.filter((one) => !one.sent && one.id > seen()).length;
  $("belum-dibaca").hidden = !unread;
  $("belum-dibaca").textContent = unread;
  $("pemilik").textContent = `HP ${owner().name}`;
  all("[data-warga]").forEach((one) => one.setAttribute("aria-pressed", String(one.dataset.warga === now.warga)));
  if (now.layar === "surel") drawList();
  if (now.layar === "utas") drawThread();
  drawSteps();
}

const seen = () => Number(localStorage.getItem(key("dibaca")) ?? 0);
const markSeen = () => {
  const last = now.surat.at(-1)?.id ?? 0;
  if (last > seen()) localStorage.setItem(key("dibaca"), last);
};

// Mail
function drawList() {
  const threads = new Map();
  now.surat.forEach((one) => threads.set(one.thread, [...(threads.get(one.thread) ?? []), one]));
  const rows = [...threads.values()].sort((a, b) => b.at(-1).id - a.at(-1).id);
  const unreadFrom = seen();
  $("daftar").replaceChildren(...rows.map((thread) => listRow(thread, unreadFrom)));
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
  now.utas = thread;
  show("utas");
  $("utas").scrollTop = $("utas").scrollHeight;
}

const thread = () => now.surat.filter((one) => one.thread === now.utas);

function drawThread() {
  const letters = thread();
  if (!letters.length) return show("surel");
  const list = $("utas");
  const before = list.childElementCount;
  $("judul").textContent = letters[0].subject || "(tanpa subjek)";
  list.replaceChildren(...letters.map(bubble));
  const offered = letters.at(-1).sent ? [] : answers(letters.at(-1).text);
  $("cepat").replaceChildren(...offered.map((word) => chip(word, () => quick(letters.at(-1), word))));
  if (list.childElementCount > before) list.lastElementChild?.scrollIntoView({ block: "start" });
  markSeen();
}

// The words that a letter names as answers to it; a number where it asks for a grade.
function answers(text) {
  const grades = /\b1 \(\p{L}/u.test(text) ? ["5", "4", "3", "2", "1"] : [];
  return [...grades, ...["SELESAI", "BELUM", "CEK", "LEWATI"].filter((word) => text.includes(word))];
}

function bubble(letter) {
  const item = fresh("t-pesan");
  item.classList.toggle("dari-warga", letter.sent);
  const photo = item.querySelector(".foto");
  photo.classList.toggle("aku", letter.sent);
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

// Addresses of the office's own pages open in the phone's browser, as a tap would.
function linked(box, text) {
  box.textContent = "";
  for (const part of text.split(/(https?:\/\/\S+[^\s.,)>])/)) {
    if (!/^https?:\/\//.test(part)) {
      box.append(part);
      continue;
    }
    const link = document.createElement("a");
    link.href = part;
    link.textContent = part;
    link.addEventListener("click", (event) => {
      event.preventDefault();
      browse(new URL(part).pathname + new URL(part).search);
    });
    box.append(link);
  }
}

function chip(label, action) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = label;
  button.addEventListener("click", action);
  return button;
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
  $("ke").replaceChildren(...choices.map(([address, name]) => new Option(name === address || address !== bare && address === to ? name : `${name} <${address}>`, address)));
  $("ke").value = to || office().mail;
  $("subjek").value = subject;
  $("isi").value = text;
  $("berkas").value = "";
  $("isi").placeholder = answers ? "Tulis balasan Anda…" : "Tulis aduan Anda…";
  $("ikut").hidden = !note;
  $("ikut").textContent = note;
  $("galat").hidden = true;
  $("contoh-cepat").hidden = Boolean(answers || forwards);
  show("tulis");
  (text || answers ? $("isi") : $("subjek")).focus();
}

const prefixed = (prefix, subject) => (subject.toLowerCase().startsWith(prefix.toLowerCase()) ? subject : `${prefix} ${subject}`);

function reply(letter, text = "") {
  const to = letter.sent ? letter.to.address : letter.reply;
  return { to, subject: prefixed("Re:", letter.subject), text, answers: letter.id, note: "Kutipan surel sebelumnya ikut terkirim." };
}

function quick(letter, word) {
  const form = new FormData();
  const answer = reply(letter, word);
  for (const [name, value] of [["ke", answer.to], ["subjek", answer.subject], ["isi", word], ["jawab", letter.id]]) form.set(name, value);
  send(form);
}

async function send(form) {
  form.set("warga", now.warga);
  const answer = await fetch("/hp/kirim", { method: "POST", body: form }).catch(() => null);
  const result = answer?.ok ? await answer.json() : null;
  if (!result) return false;
  await look();
  openThread(now.surat.find((one) => one.id === result.id)?.thread ?? result.id);
  return true;
}

$("surat").addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = event.submitter ?? event.target.querySelector("[type=submit]");
  const problem = $("isi").value.trim() || draft.forwards || $("berkas").value ? "" : "Tulis dulu isi surelnya.";
  if (!problem) {
    button.disabled = true;
    const form = new FormData(event.target);
    if (draft.answers) form.set("jawab", draft.answers);
    if (draft.forwards) form.set("teruskan", draft.forwards);
    const sent = await send(form);
    button.disabled = false;
    if (sent) return;
  }
  $("galat").textContent = problem || "Belum terkirim. Periksa sambungan atau ukuran lampiran, lalu coba lagi.";
  $("galat").hidden = false;
});

// The phone's browser
let filling = null;

function browse(path, example = null) {
  filling = example;
  $("alamat").textContent = location.host + path;
  $("peramban").src = path;
  show("web");
}

$("peramban").addEventListener("load", () => {
  const page = $("peramban").contentWindow;
  const path = page.location.pathname;
  if (path === "blank") return;
  $("alamat").textContent = location.host + path;
  const form = page.document.querySelector("textarea[name=isi]") && path === office().form;
  $("contoh-form").hidden = !form;
  if (form && filling) fill(page.document, filling);
  filling = null;
  if (path.endsWith("/diterima")) {
    note(`formulir-${page.document.querySelector(".nomor")?.textContent}`, `${owner().name} mengirim formulir`);
    done(1);
  }
  const answers = page.document.querySelectorAll(".pesan-petugas").length;
  const number = page.document.querySelector("h1.nomor")?.textContent;
  if (answers) {
    note(`petugas-${number}-${answers}`, `Jawaban petugas tampil di HP ${owner().name}`, new Date(), true);
    done(3);
  }
});

function fill(page, example) {
  const values = { isi: example.text, objek: example.object, tempat: example.place, nama: owner().name };
  for (const [name, value] of Object.entries(values)) {
    const field = page.querySelector(`[name=${name}]`);
    if (field) field.value = value;
  }
  const kind = page.querySelector(`[name=jenis][value="${example.kind}"]`);
  if (kind) kind.checked = true;
}

// What happened, and how far the visitor is
function note(id, text, at = new Date(), answered = false) {
  if (now.pernah.has(id)) return;
  now.pernah.add(id);
  const row = fresh("t-jejak");
  row.querySelector("time").textContent = clock(at);
  row.querySelector("span").textContent = text;
  row.classList.toggle("petugas", answered);
  $("jejak").prepend(row);
  while ($("jejak").childElementCount > 8) $("jejak").lastElementChild.remove();
  $("sepi").hidden = true;
}

const steps = () => JSON.parse(sessionStorage.getItem("hp-langkah") ?? "[]");
function done(step) {
  sessionStorage.setItem("hp-langkah", JSON.stringify([...new Set([...steps(), step])]));
  drawSteps();
}

function drawSteps() {
  const finished = steps();
  const next = [1, 2, 3].find((step) => !finished.includes(step));
  all("[data-langkah]").forEach((one) => {
    const step = Number(one.dataset.langkah);
    one.classList.toggle("sudah", finished.includes(step));
    one.classList.toggle("kini", step === next);
    one.querySelector(".angka").textContent = finished.includes(step) ? "✓" : step;
  });
}

function tell(letter) {
  const who = owner().name;
  if (letter.sent) {
    note(`surel-${letter.id}`, `${who} mengirim surel`, letter.at);
    return done(1);
  }
  note(`surel-${letter.id}`, letter.automatic ? `Jawaban otomatis tiba di HP ${who}` : `Surel petugas tiba di HP ${who}`, letter.at, !letter.automatic);
  if (!letter.automatic) done(3);
  const reading = now.layar === "utas" && letter.thread === now.utas;
  if (reading || now.layar === "tulis") return;
  const banner = $("pemberitahuan");
  banner.querySelector("strong").textContent = letter.from.name;
  banner.querySelector("span span").textContent = letter.subject;
  banner.onclick = () => openThread(letter.thread);
  banner.hidden = false;
  clearTimeout(tell.timer);
  tell.timer = setTimeout(() => (banner.hidden = true), 6000);
}

// What the phone hears
async function look() {
  const asked = now.warga;
  const answer = await fetch(`/hp/surat?warga=${asked}&sejak=${now.versi}`).catch(() => null);
  if (!answer?.ok || answer.status === 204 || asked !== now.warga) return;
  const { versi, surat } = await answer.json();
  const before = now.versi;
  Object.assign(now, { versi, surat });
  if (before >= 0) surat.filter((one) => one.id > before).forEach(tell);
  draw();
}

function take(warga) {
  Object.assign(now, { warga, versi: -1, surat: [] });
  localStorage.setItem("hp-warga", warga);
  show("beranda");
  look();
}

function tick() {
  const at = new Date();
  $("jam").textContent = $("jam-besar").textContent = clock(at);
  $("tanggal").textContent = local(at, { weekday: "long", day: "numeric", month: "long" });
}

all("[data-buka]").forEach((one) => one.addEventListener("click", () => open(one.dataset.buka)));
all("[data-warga]").forEach((one) => one.addEventListener("click", () => take(one.dataset.warga)));
all("[data-contoh]").forEach((one) => one.addEventListener("click", () => use(one.dataset.contoh, one.dataset.pintu)));
all("a[target=meja]").forEach((one) => one.addEventListener("click", () => done(2)));
$("kantor")?.addEventListener("change", (event) => Object.assign(now, { kantor: event.target.value }));
$("balas").addEventListener("click", () => write(reply(thread().findLast((one) => !one.sent) ?? thread().at(-1))));
$("teruskan").addEventListener("click", () => {
  const last = thread().at(-1);
  write({ subject: prefixed("Fwd:", last.subject), forwards: last.id, note: "Surel ini ikut diteruskan beserta lampirannya." });
});
$("batal").addEventListener("click", () => (draft.answers || draft.forwards ? show("utas") : show("surel")));
$("muat-ulang").addEventListener("click", () => $("peramban").contentWindow.location.reload());

function use(id, door) {
  const example = story.examples.find((one) => one.id === id);
  if (door === "surel") return write({ subject: example.subject, text: example.text });
  return browse(office().form, example);
}
story.examples.forEach((one) => {
  $("contoh-cepat").append(chip(one.label, () => use(one.id, "surel")));
  $("contoh-form").append(chip(one.label, () => fill($("peramban").contentWindow.document, one)));
});

tick();
setInterval(tick, 5000);
const remembered = localStorage.getItem("hp-warga");
take(story.citizens.some((one) => one.id === remembered) ? remembered : story.citizens[0].id);
setInterval(look, 1000);
