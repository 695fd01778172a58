/** Hints on how one's own reply may be taken. They never bar anything, and nothing of them is kept. */

import { byId, fill, h } from "./dom.js";
import { Problem } from "./http.js";
import { writing } from "./writing_calls.js";

/** @import {Hint} from "./types.js" */

/** Milliseconds without a key until the reply is looked at. */
const PAUSE = 800;
/** Characters; less says nothing yet. */
const SHORTEST = 12;

let due = 0;
/** What was looked at last, or is about to be. */
let asked = "";
let drawn = "";

/** @param {{id: string, mode: string, text: string} | null} now what is being written */
export function drawTone(now) {
  const text = now?.mode === "reply" && now.text.trim().length >= SHORTEST ? now.text : "";
  const next = text ? `${now?.id}:${text}` : "";
  if (next === asked) return;
  asked = next;
  clearTimeout(due);
  if (!now || !text) return show([]);
  due = window.setTimeout(() => void look(now.id, text, next), PAUSE);
}

/** @param {string} id @param {string} text @param {string} key */
async function look(id, text, key) {
  try {
    const { hints } = await writing.tone(id, text);
    if (key === asked) show(hints);
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    show([]); // a hint may be missing; whatever else is wrong is told by what is sent
  }
}

/** @param {Hint[]} hints */
function show(hints) {
  const next = JSON.stringify(hints);
  if (next === drawn) return; // read aloud once
  drawn = next;
  fill(byId("tone"), ...hints.map((hint) => h("p", {}, hint.text, hint.words && h("q", { dir: "auto" }, hint.words))));
}
