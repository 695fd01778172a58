/** A supervisor takes a conversation from the person who has it; that person is told, wherever they look. */

import { byId, fill, h } from "./dom.js";
import { customerName, plain } from "./words.js";

/** @import {Conversation} from "./types.js" */

/** @param {Conversation} c */
export function openTakeOver(c) {
  byId("take-over-about").textContent = `${customerName(c)}, ${c.case_number}. ${c.holder?.name ?? "A colleague"} has it now, and is told why you take it.`;
  byId("take-over-error").textContent = "";
  /** @type {HTMLTextAreaElement} */ (byId("take-over-reason")).value = "";
  /** @type {HTMLDialogElement} */ (byId("take-over-dialog")).showModal();
}

/** What the supervisor typed. */
export function takeOverReason() {
  return /** @type {HTMLTextAreaElement} */ (byId("take-over-reason")).value.trim();
}

/**
 * Tell the person that a conversation of theirs is somebody else's now. The note that says why came with it.
 *
 * @param {Conversation} c
 * @param {string} why
 * @param {() => void} open
 */
export function tellLost(c, why, open) {
  const now = c.holder ? `is with ${c.holder.name} now` : `is back in the queue ${c.handoff ? plain(c.handoff.queue) : ""}`;
  const words = `${customerName(c)}, ${c.case_number}, ${now}. ${why}`.trim();
  const item = h("li", {}, h("span", { dir: "auto" }, words));
  const look = () => {
    item.remove();
    open();
  };
  item.append(
    h("button", { type: "button", class: "bare", onclick: look }, "Open"),
    h("button", { type: "button", class: "bare", "aria-label": `Dismiss: ${words}`, onclick: () => item.remove() }, "Dismiss"),
  );
  byId("lost").append(item);
}

/** Forget what was told, before another person signs in. */
export function forgetLost() {
  fill(byId("lost"));
}
