// The phones with WhatsApp, Messenger and Instagram: one chat with the office, and under two of them its public post.
import { $, all, bubbles, chip, clock, composer, el, examples, fresh, initials, linked, now, office, post, spaced, story } from "./phone_common.js";
import { located, media, menus, picture } from "./phone_media.js";

const EMOJI = ["👍", "❤️", "🙏", "😢"];
const EDITS = { whatsapp: 15 * 60, messenger: Infinity };
const REMOVES = { whatsapp: 2 * 24 * 3600, instagram: Infinity };
const PUBLIC = "komentar";

export function app(kind) {
  const id = (name) => $(`${kind}-${name}`);
  const phone = document.querySelector(`[data-hp="${kind}"]`);
  const list = id("obrolan");
  const pick = { kind: "", id: 0 };
  let showsPost = false;
  const door = () => office().meta.find((one) => one.kind === kind);
  const every = () => now.obrolan.filter((one) => one.channel === door()?.channel);
  const lines = () => every().filter((one) => (one.group === PUBLIC) === showsPost);
  const off = () => now.mati.includes(door()?.channel);
  const short = (line) => line.text.split("\n")[0] || (line.place ? "Lokasi" : line.files[0]?.name ?? "");
  const age = (line) => (Date.now() + now.beda - new Date(line.at)) / 1000;
  const answering = () => (pick.kind === "balas" ? pick.id : "");

  const say = (values) => post(showsPost ? "/hp/meta/komentar" : "/hp/meta", { pintu: door().channel, jawab: answering(), ...values });
  const box = composer(id("form"), async (text) => {
    const said = await (pick.kind === "ubah" ? post("/hp/meta/ubah", { pesan: pick.id, isi: text }) : say({ isi: text }));
    if (said) quote("");
    return said;
  });

  // Answering and changing
  function quote(what, line) {
    Object.assign(pick, { kind: what, id: line?.id ?? 0 });
    const bar = id("kutip");
    bar.hidden = !what;
    if (!what) return;
    bar.querySelector("b").textContent = what === "ubah" ? "Ubah pesan" : `Balas ${line.sent ? "Anda" : door().name}`;
    bar.querySelector("div span").textContent = short(line);
    if (what === "ubah") box.value = line.text;
    box.focus();
  }
  id("kutip").querySelector("button").addEventListener("click", () => {
    if (pick.kind === "ubah") box.value = "";
    quote("");
  });

  function choose(line, bubble, event) {
    if (event.target.closest("a, button, audio") || getSelection().toString() || line.removed) return;
    const open = bubble.querySelector(".pilih-balon");
    all(".pilih-balon").forEach((one) => one.remove());
    if (open) return;
    const doing = [chip("Balas", () => quote("balas", line))];
    if (line.sent && line.text && !line.pressed && age(line) < (EDITS[kind] ?? 0)) doing.push(chip("Ubah", () => quote("ubah", line)));
    if (line.sent && !showsPost && age(line) < (REMOVES[kind] ?? 0)) doing.push(chip("Hapus", () => post("/hp/meta/hapus", { pesan: line.id })));
    if (!line.sent && !showsPost) {
      for (const emoji of EMOJI) {
        const button = chip(emoji, () => post("/hp/meta/tanda", { pesan: line.id, emoji: line.reaction === emoji ? "" : emoji }));
        button.ariaLabel = `Tanggapi ${emoji}`;
        doing.push(button);
      }
    }
    bubble.append(el("span", { kelas: "pilih-balon", saat: (one) => one.currentTarget.remove() }, ...doing));
  }

  // Bubbles
  function tick(line) {
    if (!line.sent || showsPost || kind === "instagram") return null;
    const made = fresh(line.state === "sent" ? "t-terkirim" : "t-sampai");
    made.classList.toggle("dibaca", line.state === "read");
    if (line.state === "read") made.title = "Dibaca kantor";
    return made;
  }

  function bubble(line) {
    const pictured = line.files.length && line.files.every((one) => one.type.startsWith("image/"));
    const kinds = [line.sent ? "oleh" : "dari", pictured ? "ada-foto" : "", line.place ? "ada-peta" : "", line.removed ? "dihapus" : ""];
    const made = el("li", { kelas: `balon ${kinds.filter(Boolean).join(" ")}`, tabIndex: 0, saat: (event) => choose(line, made, event) });
    made.addEventListener("keydown", (event) => event.key === "Enter" && event.target === made && choose(line, made, event));
    if (line.removed) {
      made.append(el("span", { kelas: "isi-balon", textContent: "Pesan ini dihapus" }));
    } else {
      fillIn(line, made);
    }
    made.append(el("span", { kelas: "waktu" }, line.edited ? "diedit " : "", clock(line.at), tick(line)));
    if (line.reaction) made.append(el("span", { kelas: "tanda-emoji", textContent: line.reaction, title: "Tanggapan Anda" }));
    return kind === "whatsapp" && line.buttons.length ? [made, keys(line)] : made;
  }

  function fillIn(line, made) {
    const replied = every().find((one) => one.id === line.answers);
    if (replied && !line.pressed) {
      made.append(el("span", { kelas: "dikutip" }, el("b", { textContent: replied.sent ? "Anda" : door().name }), short(replied)));
    }
    if (showsPost) made.append(el("b", { kelas: "nama-komentar", textContent: line.sent ? "Anda" : door().name }));
    if (line.place) made.append(media(line), located(line));
    line.files.forEach((file) => made.append(media({ files: [file] })));
    if (line.text) made.append(linked(el("span", { kelas: "isi-balon" }), line.text.split("\n").slice(0, line.pressed ? 1 : undefined).join("\n")));
  }

  // WhatsApp's buttons stand under the words; a list opens on the phone's lower half
  const press = (line, value) => post("/hp/meta/tombol", { pesan: line.id, nilai: value });

  function keys(line) {
    const pairs = line.buttons.flat();
    if (line.menu) {
      return el("li", { kelas: "tombol-tombol" }, el("div", {}, chip(`☰ ${line.menu}`, () => sheet(line, pairs))));
    }
    return el("li", { kelas: "tombol-tombol tegak" }, ...pairs.map(([label, value]) => {
      const button = chip(label, () => press(line, value));
      button.disabled = Boolean(line.pressed);
      button.classList.toggle("ditekan", value === line.pressed);
      return button;
    }));
  }

  function sheet(line, pairs) {
    const close = () => made.remove();
    const rows = pairs.map(([label, value]) => {
      const [title, more] = label.split("\n");
      return el("button", { type: "button", saat: () => press(line, value).then(close) }, el("b", { textContent: title }), el("small", { textContent: more ?? "" }));
    });
    const made = el("div", { kelas: "lembar", role: "dialog", ariaLabel: line.menu }, el("header", {}, el("h3", { textContent: line.menu }), chip("Tutup", close)), ...rows);
    made.addEventListener("keydown", (event) => event.key === "Escape" && close());
    phone.querySelector(".lembar")?.remove();
    phone.querySelector(".kaca").append(made);
    made.querySelector("button").focus();
  }

  // Messenger and Instagram show theirs above the composer, as long as nothing else was said
  function quick(said) {
    const last = said.at(-1);
    const offered = kind !== "whatsapp" && !showsPost && last && !last.sent && !last.pressed ? last.buttons.flat() : [];
    id("cepat").replaceChildren(...offered.map(([label, value]) => chip(label, () => press(last, value))));
    id("cepat").hidden = !offered.length;
  }

  function draw() {
    const there = door();
    phone.hidden = !there;
    document.querySelector(`[data-pilih-hp="${kind}"]`).hidden = !there;
    if (!there) return;
    const said = lines();
    phone.querySelector("h2").textContent = there.name;
    phone.querySelector(".foto-kantor").textContent = initials(there.name);
    phone.classList.toggle("mati", off());
    id("keadaan").textContent = off() ? "HP dimatikan" : kind === "whatsapp" ? "akun bisnis" : kind === "messenger" ? "halaman" : there.under;
    id("lewat").textContent = kind === "whatsapp" ? spaced(there.under) : there.under;
    id("hidup").lastElementChild.textContent = off() ? "Hidupkan HP" : "Matikan HP";
    phone.querySelectorAll("[data-muka]").forEach((one) => one.setAttribute("aria-pressed", String((one.dataset.muka === "post") === showsPost)));
    id("form").querySelector("textarea").placeholder = showsPost ? "Tulis komentar" : "Pesan";
    id("lampir").hidden = showsPost;
    list.dataset.kait = `${there.channel} ${showsPost}`;
    bubbles(list, said, bubble);
    list.querySelector(".postingan")?.remove();
    if (showsPost) list.prepend(poster(there));
    if (showsPost && list.dataset.akhir !== "0") list.scrollTop = list.scrollHeight;
    if (!list.querySelector(".balon") && !showsPost) list.replaceChildren(el("li", { kelas: "belum", textContent: `Tulis kepada ${there.name}.` }));
    quick(said);
  }

  const poster = (there) => el("li", { kelas: "postingan" }, el("b", { textContent: there.name }), "Ada keluhan, saran, atau pertanyaan tentang layanan kami? Ceritakan.");

  // Opening the chat is reading it
  function see() {
    if (door() && !off() && every().some((one) => !one.sent && one.state === "delivered" && one.group !== PUBLIC)) post("/hp/meta/baca", { pintu: door().channel });
  }
  phone.addEventListener("pointerenter", see);
  phone.addEventListener("focusin", see);

  async function send(files) {
    if (!files.length) return;
    const sent = new FormData();
    Object.entries({ pintu: door().channel, isi: box.value.trim(), jawab: answering() }).forEach(([name, value]) => sent.set(name, value));
    [...files].slice(0, 10).forEach((one) => sent.append("berkas", one));
    if (!(await post("/hp/meta", sent))) return;
    box.value = "";
    quote("");
  }

  const doing = {
    foto: () => id("foto").click(),
    berkas: () => id("berkas").click(),
    contoh: async () => send([await picture()]),
    suara: async () => send([new File([await (await fetch("/static/phone_suara.ogg")).blob()], "suara.ogg", { type: "audio/ogg" })]),
    lokasi: () => {
      const spot = story.places.find((one) => one.office === now.kantor) ?? story.places[0];
      return say({ lokasi: `${spot.latitude},${spot.longitude}` });
    },
  };
  for (const name of ["foto", "berkas"]) {
    id(name).addEventListener("change", async () => {
      await send(id(name).files);
      id(name).value = "";
    });
  }
  all("[data-lampir]", phone).forEach((one) => one.addEventListener("click", () => doing[one.dataset.lampir]()));
  all("[data-muka]", phone).forEach((one) => one.addEventListener("click", () => {
    showsPost = one.dataset.muka === "post";
    quote("");
    draw();
  }));
  id("hidup").addEventListener("click", () => post("/hp/meta/hp", { pintu: door().channel, hidup: off() ? "1" : "0" }).then(() => document.dispatchEvent(new Event("hp-lihat-lagi"))));
  $(`${kind}-nomor`)?.addEventListener("click", () => post("/hp/meta/nomor", { pintu: door().channel }));
  menus([`${kind}-menu`, `${kind}-menu-isi`], [`${kind}-lampir`, `${kind}-lampir-isi`]);

  return {
    draw,
    see,
    chips: () => examples().map((one) => chip(one.label, () => {
      box.value = one.text;
      box.focus();
    })),
    mine: (line) => line.channel === door()?.channel,
  };
}
