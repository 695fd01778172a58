/** A person's shift: whether they take conversations, and "take the next". */

import { byId } from "./dom.js";
import { Problem, desk } from "./http.js";
import { keepLease } from "./lease.js";
import { changed, put, state } from "./store.js";
import { heard } from "./stream.js";

/** @import {Status} from "./types.js" */

const STORED = "candor.desk.status";

/** @type {Status} */
let status = localStorage.getItem(STORED) === "away" ? "away" : "online";
let busy = false;
/** The last word under way about being there. Of two, the later one must be the one that stays. @type {Promise<unknown>} */
let telling = Promise.resolve();
let drawn = "";

/** @type {(id: string) => Promise<void>} */
let openConversation = async () => {};

/** @param {(id: string) => Promise<void>} open called with what was taken */
export function startShift(open) {
  openConversation = open;
  byId("presence").addEventListener("click", () => void setStatus(status === "online" ? "away" : "online"));
  byId("take-next").addEventListener("click", () => void takeNext());
  keepLease(renew);
}

export function drawShift() {
  const next = JSON.stringify([status, busy]);
  if (next === drawn) return;
  drawn = next;
  const toggle = byId("presence");
  toggle.setAttribute("aria-checked", String(status === "online"));
  byId("presence-word").textContent = status === "online" ? "Online" : "Away";
  /** @type {HTMLButtonElement} */ (byId("take-next")).disabled = busy;
}

/** Begin or go on: say that one is there, and bring the order of those who wait up to date. It changes with time alone. */
export async function renew() {
  if (!state.me) return;
  try {
    await tell(null);
    const waiting = await desk.list("waiting");
    waiting.items.forEach(put);
    changed();
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem; // the line above the list says that there is no connection
  }
}

/** The switch turns when the server knows it. @param {Status} wanted */
async function setStatus(wanted) {
  try {
    await tell(wanted);
    localStorage.setItem(STORED, wanted);
    heard.announce(wanted === "online" ? "You take conversations." : "You are away and are offered nothing.");
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    say(problem.message);
  }
  changed();
}

/** @param {Status | null} wanted null: as before */
function tell(wanted) {
  const told = telling.then(async () => {
    const word = wanted ?? status;
    await desk.presence(word);
    status = word;
  });
  telling = told.catch(() => null);
  return told;
}

/** Claim what the server offers next, and open it. */
export async function takeNext() {
  if (busy) return;
  busy = true;
  say("");
  changed();
  try {
    const { conversation, why } = await desk.next();
    if (conversation) {
      put(conversation);
      void openConversation(conversation.id);
    } else {
      say(why);
    }
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    say(problem.message);
  } finally {
    busy = false;
    changed();
  }
}

/** @param {string} text a word about the last "take next", until the next one */
function say(text) {
  byId("take-next-why").textContent = text;
  byId("take-next-why").hidden = !text;
}
