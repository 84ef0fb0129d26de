"use strict";
// An @ in a note offers the colleagues whose name or login begins so. The focus stays in the note, whatever is chosen;
// without this file the login is typed, or chosen from the list beside the button.
(() => {
  const $ = (id) => document.getElementById(id);
  const MOST = 8;
  const BEGUN = /(?:^|[^\w@.])@([\w.-]*)$/;
  let rows = [];
  let here = 0;

  const area = () => $("note-text");
  const list = () => $("mention-list");
  const begun = () => {
    const one = area();
    return one.selectionStart === one.selectionEnd ? one.value.slice(0, one.selectionStart).match(BEGUN) : null;
  };
  const close = () => {
    rows = [];
    if (list()) list().hidden = true;
    if (area()) area().removeAttribute("aria-activedescendant");
  };
  const point = (at) => {
    here = (at + rows.length) % rows.length;
    [...list().children].forEach((line, place) => line.setAttribute("aria-selected", place === here));
    list().children[here].scrollIntoView({ block: "nearest" });
    area().setAttribute("aria-activedescendant", list().children[here].id);
  };
  const line = ({ value, text }, place) => {
    const [row, name, login] = ["li", "b", "span"].map((tag) => document.createElement(tag));
    row.id = `mention-${place}`;
    row.setAttribute("role", "option");
    name.textContent = text;
    login.textContent = `@${value}`;
    row.append(name, " ", login);
    return row;
  };
  const offer = () => {
    const found = begun();
    if (!found || !list()) return close();
    const wanted = found[1].toLowerCase();
    const fits = ({ value, text }) => [value, ...text.split(/\s+/)].some((word) => word.toLowerCase().startsWith(wanted));
    rows = [...$("logins").options].filter(fits).slice(0, MOST);
    if (!rows.length || (rows.length === 1 && rows[0].value === wanted)) return close();
    list().replaceChildren(...rows.map(line));
    list().hidden = false;
    point(0);
  };
  const put = (words, from, to) => {
    close();
    area().focus();
    area().setRangeText(words, from, to, "end");
    area().dispatchEvent(new Event("input", { bubbles: true }));
  };
  const choose = (at) => {
    const to = area().selectionStart;
    put(`@${rows[at].value} `, to - begun()[1].length - 1, to);
  };
  // Chosen from the list beside the button: where the cursor stood.
  const call = (control) => {
    const name = control.options[control.selectedIndex].text;
    const login = [...$("logins").options].find((one) => one.text === name)?.value;
    if (!login) return;
    const { value, selectionStart, selectionEnd } = area();
    control.selectedIndex = 0;
    put(`${selectionStart && !/\s/.test(value[selectionStart - 1]) ? " " : ""}@${login} `, selectionStart, selectionEnd);
  };

  document.addEventListener("input", (event) => { if (event.target.id === "note-text") offer(); });
  document.addEventListener("change", (event) => {
    if ("logins" in event.target.dataset && event.target.selectedIndex > 0) call(event.target);
  });
  document.addEventListener("focusout", (event) => { if (event.target.id === "note-text") close(); });
  document.addEventListener("mousedown", (event) => {
    const row = event.target.closest("#mention-list [role=option]");
    if (!row) return;
    event.preventDefault();
    choose([...list().children].indexOf(row));
  });
  // Before the desk's own keys: while colleagues are offered, these belong to the offer.
  document.addEventListener("keydown", (event) => {
    if (!rows.length || event.target.id !== "note-text" || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "ArrowDown") point(here + 1);
    else if (event.key === "ArrowUp") point(here - 1);
    else if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey) choose(here);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }, true);
})();
