/** What a person does with a conversation: claim it, hand it back, resolve it. Also the bar that offers it. */

import { byId, fill, h } from "./dom.js";
import { Problem, desk } from "./http.js";
import { changed, holds, put, state } from "./store.js";
import { reload, reloadDetail } from "./stream.js";
import { agoElement, customerName } from "./words.js";

/** @import {Conversation} from "./types.js" */

/** A word about the last action, shown above the transcript until dismissed or the next one. */
const notice = { id: "", text: "", bad: false };
let busy = false;
let drawn = "";

/** @type {() => void} */
let afterClaim = () => {};

/** @param {() => void} claimed called when a claim was won */
export function startActions(claimed) {
  afterClaim = claimed;
  byId("notice-close").addEventListener("click", () => say("", ""));
  byId("hand-back-form").addEventListener("submit", (event) => void onHandBack(event));
  byId("resolve-form").addEventListener("submit", (event) => void onResolve(event));
  for (const button of document.querySelectorAll("dialog [data-close]")) {
    button.addEventListener("click", () => button.closest("dialog")?.close());
  }
}

/** @param {string} id the conversation it is about @param {string} text @param {boolean} [bad] */
function say(id, text, bad = false) {
  Object.assign(notice, { id, text, bad });
  changed();
}

export function drawActions() {
  const c = state.detail;
  const box = byId("notice");
  box.hidden = !notice.text || notice.id !== state.openId;
  box.classList.toggle("bad", notice.bad);
  if (byId("notice-text").textContent !== notice.text) byId("notice-text").textContent = notice.text;
  const next = JSON.stringify([c && [c.id, c.floor, c.epoch, c.holder, c.resolved, c.handoff, c.customer], busy, state.me?.id]);
  if (next === drawn) return;
  drawn = next;
  if (!c) return;
  byId("title").textContent = customerName(c);
  fill(byId("standing"), c.case_number, " · ", ...standing(c));
  const held = byId("actions").contains(document.activeElement) ? document.activeElement?.id : null;
  fill(byId("actions"), ...buttons(c));
  if (held) document.getElementById(held)?.focus();
}

/** @param {Conversation} c */
function standing(c) {
  if (c.resolved) return ["resolved"];
  if (c.floor === "ai") return ["the AI is answering"];
  if (c.floor === "queue") return c.handoff ? [agoElement(c.handoff.opened_at, "waiting for a person, ")] : ["waiting for a person"];
  return [holds(c) ? "you have this conversation" : `${c.holder?.name ?? "A colleague"} has this conversation`];
}

/** @param {Conversation} c */
function buttons(c) {
  if (c.resolved) return [];
  if (c.floor === "queue") return [button("claim", "Claim", "primary", claim, "c")];
  if (c.floor === "ai") return [button("claim", "Take over from the AI", "", claim, "c")];
  if (!holds(c)) return [];
  return [
    button("hand-back", "Hand back to the AI…", "", openHandBack),
    button("resolve", "Resolve…", "primary", openResolve),
  ];
}

/** @param {string} id @param {string} text @param {string} look @param {() => unknown} act @param {string} [key] */
function button(id, text, look, act, key) {
  return h(
    "button",
    { type: "button", id: `act-${id}`, class: look, disabled: busy, onclick: act, "aria-keyshortcuts": key },
    text,
    key && h("kbd", { "aria-hidden": "true" }, key),
  );
}

/** Whether `claim` would do anything for the open conversation. */
export function claimable() {
  const c = state.detail;
  return Boolean(c && !c.resolved && c.floor !== "human");
}

/** Claim the open conversation, or take it over from the AI, as it was seen. */
export async function claim() {
  const c = state.detail;
  if (!c || !claimable() || busy) return;
  await working(async () => {
    try {
      put(await desk.claim(c.id, c.epoch));
      say("", "");
      await reloadDetail();
    } catch (problem) {
      if (!(problem instanceof Problem) || problem.status !== 409) throw problem;
      say(
        c.id,
        problem.holder
          ? problem.holder.id === state.me?.id
            ? "You already have this conversation."
            : `${problem.holder.name} claimed it first and has it now.`
          : "It changed while you were looking. This is how it stands now.",
        !problem.holder || problem.holder.id !== state.me?.id,
      );
      await reload();
    }
  }, c.id);
  if (state.detail?.id === c.id && holds(state.detail)) afterClaim();
}

/** @param {() => Promise<void>} act @param {string} id the conversation a failure is told about */
async function working(act, id) {
  busy = true;
  changed();
  try {
    await act();
    return true;
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    say(id, problem.message, true);
    return false;
  } finally {
    busy = false;
    changed();
  }
}

function openHandBack() {
  /** @type {HTMLTextAreaElement} */ (byId("hand-back-note")).value = "";
  byId("hand-back-error").textContent = "";
  /** @type {HTMLDialogElement} */ (byId("hand-back-dialog")).showModal();
}

function openResolve() {
  if (!state.detail) return;
  const unanswered = state.detail.last_message?.author_kind === "customer";
  byId("resolve-about").textContent =
    `${customerName(state.detail)}, ${state.detail.case_number}.` +
    (unanswered ? " The customer’s last message has no answer yet." : "");
  byId("resolve-error").textContent = "";
  /** @type {HTMLDialogElement} */ (byId("resolve-dialog")).showModal();
}

/** @param {Event} event */
async function onHandBack(event) {
  event.preventDefault();
  const note = /** @type {HTMLTextAreaElement} */ (byId("hand-back-note")).value.trim();
  await finish("hand-back", (id) => desk.handBack(id, note), "Handed back. The AI reads your note before it answers.");
}

/** @param {Event} event */
async function onResolve(event) {
  event.preventDefault();
  await finish("resolve", (id) => desk.resolve(id), "Resolved. It opens again if the customer writes.");
}

/**
 * Send what a dialog asks for; the dialog stays open with what was typed if it fails.
 *
 * @param {"hand-back" | "resolve"} dialog
 * @param {(id: string) => Promise<Conversation>} act
 * @param {string} done
 */
async function finish(dialog, act, done) {
  const id = state.openId;
  if (!id || busy) return;
  const error = byId(`${dialog}-error`);
  error.textContent = "";
  busy = true;
  changed();
  try {
    put(await act(id));
    /** @type {HTMLDialogElement} */ (byId(`${dialog}-dialog`)).close();
    say(id, done);
    await reloadDetail();
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    error.textContent = problem.message;
  } finally {
    busy = false;
    changed();
  }
}
