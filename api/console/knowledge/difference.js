/** What changed between two versions: struck out and underlined, with signs and words, never by colour alone. */

import { h } from "../dom.js";
import { fieldName, valueWords } from "./marks.js";

/** @import {Difference, Piece} from "./types.js" */

/** Lines of unchanged text that are left around a change. */
const AROUND = 3;

/** @param {Difference} difference */
export function differenceBox({ fields, body }) {
  const same = body.every((piece) => piece.kind === "same");
  if (same && !fields.length) return h("p", { class: "quiet" }, "Both say the same.");
  return h(
    "div",
    { class: "difference" },
    fields.length > 0 &&
      h(
        "dl",
        { class: "changed-fields" },
        ...fields.flatMap(({ name, before, after }) => [
          h("dt", {}, fieldName(name)),
          h("dd", {}, removed(valueWords(before)), " ", added(valueWords(after))),
        ]),
      ),
    same
      ? h("p", { class: "quiet" }, "The text is the same.")
      : h("div", { class: "diff-text", tabindex: 0, role: "group", "aria-label": "Changes of the text", dir: "auto" }, ...body.flatMap(drawn)),
  );
}

/** @param {Piece} piece @param {number} index @param {Piece[]} all @returns {Node[]} */
function drawn({ kind, text }, index, all) {
  if (kind === "removed") return [removed(text)];
  if (kind === "added") return [added(text)];
  const lines = text.split("\n");
  const head = index === 0 ? 0 : AROUND;
  const tail = index === all.length - 1 ? 0 : AROUND;
  const hidden = lines.length - head - tail;
  if (hidden < AROUND) return [document.createTextNode(text)];
  const left = lines.slice(head, lines.length - tail).join("\n");
  return [
    document.createTextNode(lines.slice(0, head).map((line) => `${line}\n`).join("")),
    h("details", { class: "unchanged" }, h("summary", {}, `${hidden} unchanged lines`), left),
    document.createTextNode(tail ? lines.slice(-tail).join("\n") : ""),
  ];
}

/** @param {string} text */
function removed(text) {
  return h("del", {}, h("span", { class: "unseen" }, "removed: "), text, h("span", { class: "unseen" }, " end of removed "));
}

/** @param {string} text */
function added(text) {
  return h("ins", {}, h("span", { class: "unseen" }, "added: "), text, h("span", { class: "unseen" }, " end of added "));
}
