/** Somebody else has saved meanwhile: what the article says now beside what was typed, and the choice between them. */

import { h } from "../dom.js";
import { fullTime } from "../words.js";
import { fieldName, valueWords } from "./marks.js";

/** @import {Fields, Version} from "./types.js" */

/**
 * @param {Version | null} now null if the article is gone
 * @param {Fields} mine
 * @param {{mine: () => unknown, further: () => unknown, theirs: () => unknown}} choose
 */
export function conflictBox(now, mine, choose) {
  const who = now?.author ?? "Somebody else";
  const button = (/** @type {string} */ text, /** @type {() => unknown} */ act) => h("button", { type: "button", onclick: act }, text);
  return h(
    "section",
    { class: "conflict", "aria-labelledby": "conflict-title", tabindex: -1 },
    h("h3", { id: "conflict-title" }, now ? `${who} has saved this article meanwhile` : "This article has been discarded meanwhile"),
    h(
      "p",
      {},
      now?.saved_at && `On ${fullTime(now.saved_at)}. `,
      "Nothing was overwritten, and what you typed still stands below. Where they differ, the lines that the other lacks are marked.",
    ),
    now && h("div", {}, ...different(now, mine).map((name) => both(name, now, mine))),
    h(
      "div",
      { class: "choices start" },
      button("Save mine over it", choose.mine),
      button(now ? "Work theirs into mine first" : "Edit mine further", choose.further),
      button(now ? "Take theirs, drop mine" : "Drop mine", choose.theirs),
    ),
  );
}

/** @param {Version} now @param {Fields} mine */
function different(now, mine) {
  const names = /** @type {(keyof Fields)[]} */ (Object.keys(mine));
  return names.filter((name) => words(now, name).trim() !== words(mine, name).trim());
}

/** @param {Fields} fields @param {keyof Fields} name */
function words(fields, name) {
  return name === "body" ? fields.body : valueWords(fields[name]);
}

/** @param {keyof Fields} name @param {Version} now @param {Fields} mine */
function both(name, now, mine) {
  const [theirs, own] = [words(now, name), words(mine, name)];
  return h(
    "div",
    { class: "sides" },
    h("div", { class: "side" }, h("p", { class: "side-head" }, `${fieldName(name)}: what it says now`), lines(theirs, own)),
    h("div", { class: "side" }, h("p", { class: "side-head" }, `${fieldName(name)}: what you typed`), lines(own, theirs)),
  );
}

/** @param {string} text @param {string} other */
function lines(text, other) {
  const there = new Set(other.split("\n").map((line) => line.trim()));
  return h(
    "div",
    { class: "diff-text", tabindex: 0, dir: "auto" },
    ...text.split("\n").flatMap((line) => [there.has(line.trim()) ? line : h("mark", {}, line), "\n"]),
  );
}
