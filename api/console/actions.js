/** What a person does with a conversation: claim it, pass it on, put it aside, hand it back, resolve it. Also the bar that offers it. */

import { byId, fill, h } from "./dom.js";
import { Problem, desk } from "./http.js";
import { asleep, changed, drawNow, holds, put, state, supervises } from "./store.js";
import { reload, reloadDetail } from "./stream.js";
import { openTakeOver, takeOverReason } from "./takeover.js";
import { agoElement, clockTime, customerName, day } from "./words.js";

/** @import {Conversation} from "./types.js" */

/** Loaded when they are first opened, so that the desk itself is there sooner. */
const dialogs = {
  snooze: () => import("./snooze.js"),
  transfer: () => import("./transfer.js"),
  wrapUp: () => import("./wrapup.js"),
};

/** A word about the last action, shown above the transcript until dismissed, the next one, or until the conversation stands otherwise. */
const notice = { id: "", text: "", bad: false, stood: "" };
let busy = false;
let drawn = "";
/** The epoch that the person saw when a dialog was opened: what they decide there is about that. */
let seen = 0;

/** @type {() => void} */
let afterClaim = () => {};

/** @param {() => void} claimed called when a claim was won */
export function startActions(claimed) {
  afterClaim = claimed;
  byId("notice-close").addEventListener("click", () => say("", ""));
  byId("hand-back-form").addEventListener("submit", (event) => void onHandBack(event));
  byId("resolve-form").addEventListener("submit", (event) => void onResolve(event));
  byId("transfer-form").addEventListener("submit", (event) => void onTransfer(event));
  byId("snooze-form").addEventListener("submit", (event) => void onSnooze(event));
  byId("take-over-form").addEventListener("submit", (event) => void onTakeOver(event));
  for (const button of document.querySelectorAll("dialog [data-close]")) {
    button.addEventListener("click", () => button.closest("dialog")?.close());
  }
}

/** @param {string} id the conversation it is about @param {string} text @param {boolean} [bad] */
function say(id, text, bad = false) {
  Object.assign(notice, { id, text, bad, stood: stands(id) });
  changed();
}

/** What a word about an action was true of. @param {string} id */
function stands(id) {
  const c = state.conversations.get(id);
  return JSON.stringify([c?.epoch, c?.handoff?.snoozed_until]);
}

export function drawActions() {
  const c = state.detail;
  const box = byId("notice");
  box.hidden = !notice.text || notice.id !== state.openId || notice.stood !== stands(notice.id);
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
  if (c.handoff?.snoozed_until && asleep(c)) return [`snoozed until ${day(c.handoff.snoozed_until)}, ${clockTime(c.handoff.snoozed_until)}`];
  if (c.floor === "queue") return c.handoff ? [agoElement(c.handoff.opened_at, "waiting for a person, ")] : ["waiting for a person"];
  return [holds(c) ? "you have this conversation" : `${c.holder?.name ?? "A colleague"} has this conversation`];
}

/** @param {Conversation} c */
function buttons(c) {
  if (c.resolved) return [];
  const passOn = button("transfer", "Transfer…", "", transfer, "p");
  if (c.floor === "queue") return [...(supervises() ? [passOn] : []), button("claim", "Claim", "primary", claim, "c")];
  if (c.floor === "ai") return [button("claim", "Take over from the AI", "", claim, "c")];
  if (!holds(c)) return supervises() ? [passOn, button("take-over", `Take over from ${c.holder?.name ?? "them"}…`, "", takeOver, "x")] : [];
  return [
    passOn,
    asleep(c) ? button("wake", "Take up again", "", wake, "s") : button("snooze", "Snooze…", "", snooze, "s"),
    button("hand-back", "Hand back to the AI…", "", openHandBack, "h"),
    button("resolve", "Resolve…", "primary", openResolve, "e"),
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

/** Press a button of the bar, if it is there: what the keys do is what the mouse does. @param {...string} ids */
export function press(...ids) {
  drawNow(); // as it stands at this moment
  ids.map((id) => document.getElementById(`act-${id}`)).find(Boolean)?.click();
}

/** Whether an action of this person is on its way. */
export const acting = () => busy;

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
      begin(c.id); // at once: whoever goes on typing must be in the box already
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
      begin(c.id);
    }
  }, c.id);
  await reloadDetail().catch((problem) => {
    if (!(problem instanceof Problem)) throw problem; // the stream tells it too
  });
}

/** Go on with what is this person's now. @param {string} id */
function begin(id) {
  if (state.detail?.id === id && holds(state.detail)) afterClaim();
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
  void dialogs.wrapUp().then((wrapUp) => wrapUp.offerWrapUps());
}

function transfer() {
  seen = state.detail?.epoch ?? 0;
  void dialogs.transfer().then((transfer) => transfer.openTransfer());
}

function takeOver() {
  seen = state.detail?.epoch ?? 0;
  if (state.detail) openTakeOver(state.detail);
}

async function snooze() {
  const { openSnooze } = await dialogs.snooze();
  openSnooze((until) => void finish("snooze", (id) => desk.snooze(id, until.toISOString()), asideWord(until)));
}

async function wake() {
  const id = state.openId;
  if (!id || busy) return;
  await working(async () => put(await desk.snooze(id, null)), id);
  drawNow();
  document.getElementById("act-snooze")?.focus(); // stands where the pressed button stood
}

/** @param {Date} until */
function asideWord(until) {
  const at = until.toISOString();
  return `Put aside until ${day(at)}, ${clockTime(at)}. It comes back by itself, or when the customer writes.`;
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
  const { code, note } = (await dialogs.wrapUp()).chosenWrapUp();
  await finish("resolve", (id) => desk.resolve(id, code, note), "Resolved. It opens again if the customer writes.");
}

/** @param {Event} event */
async function onTransfer(event) {
  event.preventDefault();
  const chosen = (await dialogs.transfer()).chosenTransfer();
  if (!chosen) return void (byId("transfer-error").textContent = "Choose a queue or a person.");
  await finish("transfer", (id) => desk.transfer(id, { epoch: seen, ...chosen }), "Passed on. Your note stands in the conversation for whoever takes it.");
}

/** @param {Event} event */
async function onSnooze(event) {
  event.preventDefault();
  const until = (await dialogs.snooze()).typedTime();
  if (!until) return void (byId("snooze-error").textContent = "Give a date and time that is still to come.");
  await finish("snooze", (id) => desk.snooze(id, until.toISOString()), asideWord(until));
}

/** @param {Event} event */
async function onTakeOver(event) {
  event.preventDefault();
  const from = state.detail?.holder?.name ?? "a colleague";
  await finish("take-over", (id) => desk.takeOver(id, seen, takeOverReason()), `You have taken this over from ${from}, who is told why.`);
}

/**
 * Send what a dialog asks for; the dialog stays open with what was typed if it fails.
 *
 * @param {"hand-back" | "resolve" | "transfer" | "snooze" | "take-over"} dialog
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
    byId("thread").focus(); // the button that opened the dialog may be gone
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    error.textContent = problem.message;
    return;
  } finally {
    // Done is done: a key that is pressed while the thread is read again must not be lost.
    busy = false;
    changed();
  }
  await reloadDetail().catch((problem) => {
    if (!(problem instanceof Problem)) throw problem; // the stream tells it too
  });
}
