/** A list above the box while a sign and a few letters are typed: `/` for macros, `@` for colleagues. */

import { byId, fill, h } from "./dom.js";

/**
 * @typedef {{label: string, detail?: string, choose: (from: number) => void}} Choice `from` is where the sign stands
 * @typedef {(query: string) => Promise<Choice[]>} Choices
 */

/** Choices on the list; who wants others types on. */
const MOST = 8;

/** What is offered by sign. @type {Map<string, Choices>} */
const offered = new Map();
const box = /** @type {HTMLTextAreaElement} */ (byId("composer-text"));
const list = byId("picker");
/** @type {Choice[]} */
let choices = [];
let from = 0;
let at = 0;

/** @param {string} sign @param {Choices} find what fits the letters after it */
export function offer(sign, find) {
  if (!offered.size) listen();
  offered.set(sign, find);
}

/** Type the sign for the person, apart from what is there. @param {string} sign */
export function typeSign(sign) {
  box.focus();
  const apart = /\S$/.test(box.value.slice(0, box.selectionEnd)) ? " " : "";
  box.setRangeText(apart + sign, box.selectionEnd, box.selectionEnd, "end");
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

function listen() {
  box.addEventListener("input", () => void look());
  box.addEventListener("blur", hide);
  // Before the composer's own keys: Enter chooses here and sends there.
  box.addEventListener("keydown", onKey, { capture: true });
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus
  list.addEventListener("click", (event) => {
    const row = /** @type {HTMLElement} */ (event.target).closest("[data-at]");
    if (row) choose(Number(row.getAttribute("data-at")));
  });
}

async function look() {
  const before = box.value.slice(0, box.selectionEnd);
  // The sign begins a word; the letters may be several words, but none of another line.
  const typed = /(?:^|\s)([/@])([^\s/@][^\n/@]{0,40})?$/.exec(before);
  const find = typed && offered.get(typed[1] ?? "");
  if (!typed || !find) return hide();
  const query = typed[2] ?? "";
  const found = await find(query.toLowerCase());
  if (box.value.slice(0, box.selectionEnd) !== before || document.activeElement !== box) return;
  from = before.length - query.length - 1;
  choices = found.slice(0, MOST);
  at = 0;
  draw();
}

function draw() {
  list.hidden = !choices.length;
  fill(
    list,
    ...choices.map((choice, index) =>
      h(
        "li",
        { id: `pick-${index}`, role: "option", "data-at": index, "aria-selected": String(index === at) },
        h("strong", { dir: "auto" }, choice.label),
        choice.detail && h("span", { class: "quiet", dir: "auto" }, choice.detail),
      ),
    ),
  );
  if (choices.length) {
    box.setAttribute("aria-activedescendant", `pick-${at}`);
    box.setAttribute("aria-controls", "picker");
    list.children[at]?.scrollIntoView({ block: "nearest" });
  } else {
    box.removeAttribute("aria-activedescendant");
    box.removeAttribute("aria-controls");
  }
}

function hide() {
  choices = [];
  draw();
}

/** @param {number} index */
function choose(index) {
  const choice = choices[index];
  hide();
  choice?.choose(from);
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  if (!choices.length || event.isComposing) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    at = (at + step + choices.length) % choices.length;
    draw();
  } else if (event.key === "Escape") hide();
  else if ((event.key === "Enter" && !event.shiftKey) || event.key === "Tab") choose(at);
  else return;
  event.preventDefault();
  event.stopImmediatePropagation();
}
