"use strict";
// Ticking rows: all at once, a stretch with shift, by keyboard; what is ticked stays ticked when the list is refreshed.
// Without this file every box can still be ticked one by one.
(() => {
  const list = document.querySelector(".list");
  if (!list) return;
  const boxes = () => [...list.querySelectorAll(".choose input")];
  const number = (box) => box.value.split(":")[0];
  const ticked = new Set(boxes().filter((box) => box.checked).map(number));
  let last = null;

  const all = () => document.getElementById("all-rows");
  const show = () => {
    const box = all();
    if (!box) return;
    const here = boxes();
    const count = here.filter((one) => one.checked).length;
    box.closest("label").hidden = !here.length;
    box.checked = count > 0 && count === here.length;
    box.indeterminate = count > 0 && count < here.length;
  };
  const tick = (box, on) => {
    box.checked = on;
    if (on) ticked.add(number(box)); else ticked.delete(number(box));
  };

  list.addEventListener("click", (event) => {
    const box = event.target.closest(".choose input");
    if (!box) return;
    const here = boxes();
    const from = here.findIndex((one) => number(one) === last);
    const to = here.indexOf(box);
    if (event.shiftKey && from >= 0) {
      for (const one of here.slice(Math.min(from, to), Math.max(from, to) + 1)) tick(one, box.checked);
    }
    last = number(box);
  });
  list.addEventListener("change", (event) => {
    if (event.target === all()) for (const box of boxes()) tick(box, event.target.checked);
    else if (event.target.matches(".choose input")) tick(event.target, event.target.checked);
    show();
  });
  // x ticks the row that has the focus.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "x" || event.ctrlKey || event.metaKey || event.altKey) return;
    const row = event.target.closest("a.row");
    const box = row && row.parentElement.querySelector(".choose input");
    if (box) { tick(box, !box.checked); show(); }
  });
  new MutationObserver(() => {
    for (const box of boxes()) if (ticked.has(number(box))) box.checked = true;
    const here = new Set(boxes().map(number));
    for (const one of ticked) if (!here.has(one)) ticked.delete(one);
    show();
  }).observe(list, { childList: true });
  show();
})();
