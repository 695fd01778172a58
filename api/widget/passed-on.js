/** What people on the team read of this conversation, under the event that called them, and the way to put it right. */

import { element, label } from "./dom.js";

/**
 * @typedef {import("./types.js").PassedOnLine} Line
 * @typedef {{load: () => Promise<Line[]>, correct: (text: string, line: string | null) => void}} PassedOn
 */

/** @type {Record<string, import("./words.js").Word>} */
const PARTS = {
  correction: "partCorrection",
  brief: "partBrief",
  proposed: "partProposed",
  done: "done",
  promised: "partPromised",
  facts: "partFacts",
  unanswered: "partUnanswered",
  wants: "partWants",
  tried: "partTried",
};
const LONGEST = 4000; // characters of a message
const SHOWN = 60; // characters of a line in the choice of what is wrong

let made = 0;

/** Closed at first; read anew each time it is opened. @param {PassedOn} passedOn */
export function passedOnElement(passedOn) {
  const inside = element("div");
  const box = element("details", { class: "passed-on" }, label(element("summary"), "passedOn"), inside);
  const show = () =>
    passedOn.load().then(
      (lines) => inside.replaceChildren(...content(lines, passedOn, () => (box.open = false))),
      () => inside.replaceChildren(label(element("p"), "noStart")), // Closing and opening it tries again.
    );
  box.addEventListener("toggle", () => box.open && show());
  return box;
}

/** @param {Line[]} lines @param {PassedOn} passedOn @param {() => void} sent */
function content(lines, passedOn, sent) {
  const list = lines.map((line) => {
    const item = element("li", {}, label(element("span", { class: "part" }), PARTS[line.part]), element("span", { dir: "auto" }, line.text));
    if (line.correction) item.append(label(element("span", { class: "corrected", dir: "auto" }), "corrected", { text: line.correction.text }));
    return item;
  });
  return [element("ul", { role: "list" }, ...list), ...correction(lines, passedOn, sent)];
}

/** @param {Line[]} lines @param {PassedOn} passedOn @param {() => void} sent */
function correction(lines, passedOn, sent) {
  const id = `correction-${made++}`;
  const which = element("select", { id: `${id}-line` }, label(element("option", { value: "" }), "wrongAll"));
  for (const line of lines) if (line.part !== "correction") which.append(element("option", { value: line.id }, shortened(line.text)));
  const field = element("textarea", { id: `${id}-text`, rows: "2", required: "", maxlength: String(LONGEST), dir: "auto" });
  const form = element(
    "form",
    { id },
    label(element("label", { for: which.id }), "wrongLine"),
    which,
    label(element("label", { for: field.id }), "wrongText"),
    field,
    label(element("button", { type: "submit", class: "secondary" }), "wrongSend"),
  );
  form.hidden = true;
  const opener = label(element("button", { type: "button", class: "plain", "aria-expanded": "false", "aria-controls": id }), "wrong");
  opener.addEventListener("click", () => {
    form.hidden = !form.hidden;
    opener.setAttribute("aria-expanded", String(!form.hidden));
    if (!form.hidden) which.focus();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!field.value.trim()) return field.focus();
    passedOn.correct(field.value.trim(), which.value || null);
    sent();
  });
  return [opener, form];
}

/** @param {string} text */
const shortened = (text) => (text.length > SHOWN ? `${text.slice(0, SHOWN - 1)}…` : text);
