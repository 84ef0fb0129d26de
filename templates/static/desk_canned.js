"use strict";
// Answers at hand: a slash in a reply offers them, a slash and a shortcut are the answer itself. No letter is lost on
// the way. Without this file they are on a page of their own.
(() => {
  const $ = (id) => document.getElementById(id);
  let answers = null;
  const fetched = async () => {
    const number = $("composer").dataset.number;
    const ask = async () => {
      const answer = await fetch(`/meja/${number}/jawaban?bentuk=json`, { credentials: "same-origin" });
      return answer.ok ? answer.json() : [];
    };
    if (answers?.number !== number) answers = { number, rows: ask().catch(() => { answers = null; return []; }) };
    return answers.rows;
  };
  // Words in the place of others. Whoever has typed on meanwhile goes on where they are.
  let putting = false;
  const put = (area, text, from, to) => {
    const beyond = document.activeElement === area ? area.selectionStart - to : 0;
    area.focus();
    area.setRangeText(text, from, to, "end");
    if (beyond > 0) area.setSelectionRange(from + text.length + beyond, from + text.length + beyond);
    putting = true;
    area.dispatchEvent(new Event("input", { bubbles: true }));
    putting = false;
  };
  const fitting = (rows, words) => rows.filter((one) => `${one.shortcut} ${one.title}`.toLowerCase().includes(words.toLowerCase()));
  const offer = (rows, words) => {
    const fit = fitting(rows, words);
    const shown = $("canned-list").querySelector(".found");
    shown.replaceChildren(...fit.map((one) => {
      const [line, button, name, text] = ["li", "button", "b", "span"].map((tag) => document.createElement(tag));
      button.type = "button";
      name.textContent = `/${one.shortcut} ${one.title}`;
      text.textContent = one.text;
      button.append(name, text);
      button.addEventListener("click", () => use(one));
      line.append(button);
      return line;
    }));
    if (!fit.length) shown.textContent = shown.dataset.none;
  };
  let slash = null;
  const open = (rows, words = "") => {
    if (!$("canned-list")) return;
    $("canned-find").value = words;
    offer(rows, words);
    $("canned-list").show();
    $("canned-find").focus();
  };
  const use = (one) => {
    const area = $("reply-text");
    $("canned-list").close();
    const [from, to] = slash ?? [area.selectionStart, area.selectionEnd];
    slash = null;
    put(area, one.text, from, to);
  };
  // Nothing was chosen: what was typed after the slash stands where it would stand without us.
  const give_back = () => {
    const [area, find] = [$("reply-text"), $("canned-find")];
    $("canned-list").close();
    area.focus();
    if (slash) put(area, `/${find.value.replace(/^\//, "")}`, ...slash);
    slash = null;
  };
  const called = (rows, shortcut) => rows.find((row) => row.shortcut === shortcut.toLowerCase());
  // A slash offers the answers; a slash, a shortcut and a blank are the answer itself. Nobody waits while they come:
  // what is typed on meanwhile is searched for.
  const typed = async (area) => {
    const before = area.value.slice(0, area.selectionStart);
    if (/(?:^|\s)\/$/.test(before)) {
      const rows = await fetched();
      const since = area.value.slice(before.length - 1, area.selectionStart);
      if (document.activeElement !== area || !/^\/\S*$/.test(since)) return;
      slash = [before.length - 1, before.length - 1 + since.length];
      open(rows, since.slice(1));
      return;
    }
    const word = before.match(/(?:^|\s)(\/([a-z0-9-]{1,32})[ \n])$/i);
    if (!word) return;
    const one = called(await fetched(), word[2]);
    const from = before.length - word[1].length;
    if (one && area.value.slice(from, before.length) === word[1]) put(area, one.text, from, before.length);
  };
  const sought = async (find) => {
    const rows = await fetched();
    const words = find.value.replace(/^\//, "");
    const one = slash && /^\S+\s$/.test(words) && called(rows, words.trim());
    if (one) use(one);
    else if (slash && /\s$/.test(words) && !fitting(rows, words).length) give_back();
    else offer(rows, words);
  };
  document.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.target.closest("#canned")) { event.preventDefault(); slash = null; fetched().then((rows) => open(rows)); }
    else if ($("canned-list")?.open && !event.target.closest("#canned-list")) {
      const here = document.activeElement;
      give_back();
      if (here !== document.body) here.focus();
    }
  });
  document.addEventListener("keydown", (event) => {
    const shown = $("canned-list");
    if (!shown?.open || !shown.contains(event.target)) return;
    const rows = [...shown.querySelectorAll(".found button")];
    const here = rows.indexOf(document.activeElement);
    if (event.key === "Escape") give_back();
    else if (event.key === "ArrowDown") (rows[here + 1] ?? rows[0])?.focus();
    else if (event.key === "ArrowUp") (here > 0 ? rows[here - 1] : $("canned-find")).focus();
    else if (event.key === "Enter" && here < 0) rows[0]?.click();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }, true);
  document.addEventListener("input", (event) => {
    if (event.target.id === "canned-find") sought(event.target);
    else if (event.target.id === "reply-text" && !putting) typed(event.target);
  });
})();
