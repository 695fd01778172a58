/** A person's shift: whether they take conversations, the queue that they look at, and "take the next". */

import { byId, fill, h } from "./dom.js";
import { Problem, desk } from "./http.js";
import { keepLease } from "./lease.js";
import { changed, put, state } from "./store.js";
import { heard } from "./stream.js";

/** @import {Status} from "./types.js" */

const STORED = "candor.desk.status";

/** @type {Status} */
let status = localStorage.getItem(STORED) === "away" ? "away" : "online";
let busy = false;
let drawn = "";

/** @type {(id: string) => void} */
let openConversation = () => {};

/** @param {(id: string) => void} open called with what was taken */
export function startShift(open) {
  openConversation = open;
  byId("presence").addEventListener("click", () => void setStatus(status === "online" ? "away" : "online"));
  byId("take-next").addEventListener("click", () => void takeNext());
  byId("queue").addEventListener("change", () => void showQueue());
  keepLease(renew);
}

export function drawShift() {
  const next = JSON.stringify([status, busy, state.queue, state.queues]);
  if (next === drawn) return;
  drawn = next;
  const toggle = byId("presence");
  toggle.setAttribute("aria-checked", String(status === "online"));
  byId("presence-word").textContent = status === "online" ? "Online" : "Away";
  /** @type {HTMLButtonElement} */ (byId("take-next")).disabled = busy;
  const choice = /** @type {HTMLSelectElement} */ (byId("queue"));
  if (document.activeElement === choice) return; // an open list must not change under the hand
  fill(choice, h("option", { value: "" }, "All queues"), ...state.queues.map(option));
  choice.value = state.queue;
}

/** @param {import("./types.js").Queue} queue */
function option(queue) {
  const about = [queue.waiting && `${queue.waiting} waiting`, !queue.open && "closed", queue.open && !queue.on && "nobody on"];
  const said = about.filter(Boolean).join(", ");
  return h("option", { value: queue.name }, said ? `${queue.name} (${said})` : queue.name);
}

/** Begin or go on: say that one is there, and bring the order of those who wait up to date. It changes with time alone. */
export async function renew() {
  if (!state.me) return;
  try {
    await desk.presence(status);
    const [queues, waiting] = await Promise.all([desk.queues(), desk.list("waiting", null, state.queue)]);
    state.queues = queues.items;
    waiting.items.forEach(put);
    changed();
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem; // the line above the list says that there is no connection
  }
}

/** @param {Status} wanted */
async function setStatus(wanted) {
  const before = status;
  status = wanted;
  changed();
  try {
    await desk.presence(wanted);
    localStorage.setItem(STORED, wanted);
    heard.announce(wanted === "online" ? "You take conversations." : "You are away and are offered nothing.");
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    status = before;
    say(problem.message);
  }
  changed();
}

async function showQueue() {
  state.queue = /** @type {HTMLSelectElement} */ (byId("queue")).value;
  changed();
  try {
    const page = await desk.list("waiting", null, state.queue);
    state.next.waiting = page.next;
    page.items.forEach(put);
    changed();
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    say(problem.message);
  }
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
      openConversation(conversation.id);
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
