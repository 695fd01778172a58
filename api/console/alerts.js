/** How many alerts stand that nobody has in hand: a word in the header, which leads to the command centre. */

import { byId } from "./dom.js";
import { Problem, call } from "./http.js";
import { state } from "./store.js";

/** Milliseconds between two looks. The watch itself looks every two minutes. */
const EVERY = 60_000;

let watching = false;

async function look() {
  if (!state.me) return;
  try {
    /** @type {{title: string, quiet: boolean}[]} */
    const loud = (await call("GET", "/desk/alerts")).items.filter((/** @type {{quiet: boolean}} */ alert) => !alert.quiet);
    const words = loud.length === 1 ? `Alert: ${loud[0]?.title}` : `${loud.length} alerts`;
    byId("alerts-link").hidden = !loud.length;
    if (byId("alerts-link").textContent !== words) byId("alerts-link").textContent = words;
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem; // that the server cannot be reached stands beside it already
  }
}

/** Look now, and from the first call on again and again. */
export function startAlerts() {
  void look();
  if (watching) return;
  watching = true;
  setInterval(() => document.hidden || void look(), EVERY);
}
