/** Search in the knowledge base: see the passage, put it into the reply with its citation. */

import { composing, insert } from "./composer.js";
import { cleaned, fill, h, link } from "./dom.js";
import { Problem } from "./http.js";
import { shortened } from "./words.js";
import { writing } from "./writing_calls.js";

/** @import {Passage} from "./types.js" */

/** Milliseconds without a key until the search goes out. */
const PAUSE = 300;
/** Characters of the customer's message that a search begins with. */
const LONGEST_QUESTION = 200;

/** @param {string} id of the conversation @param {string} question @param {() => void} close */
export function passagesPanel(id, question, close) {
  const field = h("input", { type: "search", "aria-label": "Search the knowledge base", dir: "auto", "data-first": true, autocomplete: "off" });
  const count = h("p", { class: "quiet", role: "status" });
  const list = h("ul", { class: "passages", onkeydown: (/** @type {Event} */ event) => move(/** @type {KeyboardEvent} */ (event)) });
  let due = 0;
  let asked = "";
  const search = async () => {
    clearTimeout(due);
    const words = field.value.trim();
    if (words === asked) return;
    asked = words;
    if (!words) return fill(list);
    try {
      const { items } = await writing.passages(id, words);
      if (asked !== words) return; // the person has typed on
      count.textContent = items.length ? `${items.length} passages` : "Nothing found.";
      fill(list, ...items.map((passage) => entry(passage, close)));
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      count.textContent = `Could not search. ${problem.message}`;
    }
  };
  field.value = shortened(question, LONGEST_QUESTION);
  field.addEventListener("input", () => {
    clearTimeout(due);
    due = window.setTimeout(() => void search(), PAUSE);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.isComposing) void search();
    if (event.key === "ArrowDown") list.querySelector("button")?.focus();
  });
  field.addEventListener("focus", () => field.select(), { once: true });
  void search();
  return h("div", {}, field, count, list);
}

/** @param {Passage} passage @param {() => void} close */
function entry(passage, close) {
  const title = [passage.title, passage.heading].filter(Boolean).join(" · ");
  const cites = composing()?.mode === "reply";
  const put = () => {
    insert(cites ? `${passage.text} [1]` : passage.text, [passage]);
    close();
  };
  const word = cites ? "Insert and cite" : "Insert";
  const barred = cites && !passage.citable;
  return h(
    "li",
    {},
    h(
      "div",
      { class: "passage-head" },
      link(passage.url, title),
      passage.audience === "internal" && h("span", { class: "stake" }, "staff only"),
      passage.audience === "signed_in" && h("span", { class: "quiet" }, "signed-in customers"),
      barred
        ? h("span", { class: "quiet barred" }, "this customer cannot read it")
        : h("button", { type: "button", onclick: put, "aria-label": `${word}: ${title}` }, word),
    ),
    cleaned(passage.html),
  );
}

/** Arrow keys go from one passage to the next. @param {KeyboardEvent} event */
function move(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const list = /** @type {HTMLElement} */ (event.currentTarget);
  const buttons = [...list.querySelectorAll("button")];
  const at = buttons.findIndex((button) => button === document.activeElement);
  if (!step || at < 0) return;
  event.preventDefault();
  const next = buttons[at + step];
  if (next) next.focus();
  else if (step < 0) list.parentElement?.querySelector("input")?.focus();
}
