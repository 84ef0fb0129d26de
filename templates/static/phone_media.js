// What chats on the phones share: files, places and menus.
import { $, el, fresh, story } from "./phone_common.js";

export function media(line) {
  const [file] = line.files;
  if (line.place) return fresh("t-peta");
  if (!file) return null;
  if (file.type.startsWith("image/")) {
    return el("a", { kelas: "foto-pesan", href: file.url, target: "_blank" }, el("img", { src: file.url, alt: file.name, loading: "lazy" }));
  }
  if (file.type.startsWith("audio/")) return el("audio", { kelas: "suara", src: file.url, controls: true, preload: "none" });
  const paper = fresh("t-berkas");
  paper.href = file.url;
  paper.querySelector("b").textContent = file.name;
  paper.querySelector("small").textContent = `${Math.max(1, Math.round(file.bytes / 1000))} kB`;
  return paper;
}


export function located(line) {
  const spot = story.places.find((one) => one.latitude === line.place[0] && one.longitude === line.place[1]);
  const where = line.place.map((one) => one.toFixed(4)).join(", ");
  return el("span", { kelas: "letak" }, spot?.name ?? "Lokasi", el("small", { textContent: where }));
}

// Menus that open under a button and close by any other click.
export function menus(...pairs) {
  for (const [button, menu] of pairs) {
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
}

// A picture for who has none at hand
export function picture() {
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
