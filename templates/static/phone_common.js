// HP Warga: what its apps share. The time is the demo's, which somebody may have moved on.
export const story = JSON.parse(document.body.dataset.cerita);
export const $ = (id) => document.getElementById(id);
export const all = (selector, root = document) => [...root.querySelectorAll(selector)];
export const fresh = (id) => $(id).content.firstElementChild.cloneNode(true);
export const now = { warga: "", kantor: story.offices[0].id, versi: "", surat: [], obrolan: [], blokir: [], mati: [], terakhir: {}, beda: 0 };
export const office = () => story.offices.find((one) => one.id === now.kantor);
export const owner = () => story.citizens.find((one) => one.id === now.warga);
export const examples = () => story.examples.filter((one) => !one.office || one.office === now.kantor);

export const present = () => new Date(Date.now() + now.beda);
const local = (at, parts) => new Date(at).toLocaleString("id-ID", { timeZone: office().zone, ...parts });
export const clock = (at) => local(at, { hour: "2-digit", minute: "2-digit" });
export const day = (at) => local(at, { day: "numeric", month: "short" });
export const weekday = (at, length = "short") => local(at, { weekday: length, day: "numeric", month: length });
export const fullDay = (at) => local(at, { weekday: "long", day: "numeric", month: "long", year: "numeric" });
export const when = (at) => (day(at) === day(present()) ? clock(at) : day(at));
const ZONES = { "Asia/Jakarta": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT" };
export const zone = () => ZONES[office().zone] ?? "";

export const initials = (name) => {
  const words = name.split(/\s+/).filter(Boolean);
  return ((words[0]?.[0] ?? "") + (words[1]?.[0] ?? "")).toUpperCase();
};
export const spaced = (number) => number.replace(/^\+62(\d{3})(\d{4})(\d+)$/, "0$1-$2-$3");

export function el(tag, given = {}, ...inside) {
  const made = document.createElement(tag);
  const { kelas, saat, ...rest } = given;
  if (kelas) made.className = kelas;
  if (saat) made.addEventListener("click", saat);
  Object.assign(made, rest);
  made.append(...inside.filter((one) => one !== null && one !== undefined && one !== ""));
  return made;
}
export const chip = (label, action) => el("button", { type: "button", textContent: label, saat: action });

// Sends a form in the citizen's name; null where it did not arrive.
export async function post(path, values) {
  const form = values instanceof FormData ? values : new FormData();
  if (form !== values) Object.entries(values).forEach(([name, value]) => form.set(name, value));
  form.set("warga", now.warga);
  const answer = await fetch(path, { method: "POST", body: form }).catch(() => null);
  if (answer?.ok) return answer.json();
  tell("Belum terkirim. Periksa sambungan atau ukuran berkas, lalu coba lagi.");
  return null;
}

export function tell(text) {
  $("kabar").textContent = text;
  $("kabar").hidden = false;
  clearTimeout(tell.timer);
  tell.timer = setTimeout(() => ($("kabar").hidden = true), 5000);
}

// Addresses of the office's own pages open in the phone's browser, as a tap would.
export function linked(box, text) {
  for (const part of text.split(/(https?:\/\/\S+[^\s.,)>])/)) {
    if (!/^https?:\/\//.test(part)) {
      box.append(part);
      continue;
    }
    const link = el("a", { href: part, textContent: part });
    link.addEventListener("click", (event) => {
      event.preventDefault();
      document.dispatchEvent(new CustomEvent("hp-buka", { detail: new URL(part).pathname + new URL(part).search }));
    });
    box.append(link);
  }
  return box;
}

// A composer that grows with what is typed and sends on Enter; on a real phone Enter is a new line.
export function composer(form, action) {
  const box = form.elements.isi;
  const wide = matchMedia("(min-width: 47.5625rem)");
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && wide.matches) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = box.value.trim();
    if (!text) return box.focus();
    const button = form.querySelector(".kirim");
    button.disabled = true;
    if (await action(text)) {
      box.value = "";
      box.dispatchEvent(new Event("input"));
    }
    button.disabled = false;
    box.focus({ preventScroll: true });
  });
  return box;
}

// Whoever reads the end of a list still does when the list grows shorter.
const shorter = new ResizeObserver((every) => every.forEach(({ target }) => target.dataset.akhir !== "0" && toEnd(target)));
const toEnd = (list) => (list.scrollTop = list.scrollHeight);
all(".obrolan").forEach((list) => {
  shorter.observe(list);
  list.addEventListener("scroll", () => (list.dataset.akhir = list.scrollHeight - list.scrollTop - list.clientHeight < 120 ? "1" : "0"));
});

// Fills a list of bubbles, with the days between; keeps to the end unless somebody reads further up.
export function bubbles(list, lines, draw) {
  const mark = JSON.stringify(lines) + now.warga + now.kantor + list.dataset.kait;
  if (list.dataset.isi === mark) return;
  const known = new Set((list.dataset.ada ?? "").split(","));
  const same = list.dataset.milik === `${now.warga} ${now.kantor}`;
  const atEnd = !same || list.dataset.akhir !== "0";
  const parts = [];
  let before = "";
  for (const line of lines) {
    if (weekday(line.at) !== before) parts.push(el("li", { kelas: "hari", textContent: weekday(line.at, "long") }));
    before = weekday(line.at);
    for (const part of [draw(line)].flat()) {
      part.classList.toggle("baru", same && !known.has(String(line.id)));
      parts.push(part);
    }
  }
  list.replaceChildren(...parts);
  Object.assign(list.dataset, { isi: mark, ada: lines.map((one) => one.id).join(), milik: `${now.warga} ${now.kantor}` });
  if (atEnd || lines.at(-1)?.sent) toEnd(list);
}
export const tick = (line) => (line.sent ? fresh(line.state === "delivered" ? "t-sampai" : "t-terkirim") : null);
