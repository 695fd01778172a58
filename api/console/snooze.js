/** Putting a conversation aside until a time. */

import { byId, fill, h } from "./dom.js";
import { now } from "./words.js";

/**
 * Times that people mean when they put something aside, from a moment on.
 *
 * @param {Date} from in local time
 * @returns {{label: string, until: Date}[]}
 */
export function choices(from) {
  /** @param {number} days @param {number} hour */
  const at = (days, hour) => new Date(from.getFullYear(), from.getMonth(), from.getDate() + days, hour);
  const hour = from.getHours();
  const toMonday = (8 - from.getDay()) % 7 || 7;
  return [
    { label: "In an hour", until: new Date(from.getTime() + 3_600_000) },
    ...(hour < 13 ? [{ label: "This afternoon", until: at(0, 15) }] : []),
    ...(hour >= 13 && hour < 17 ? [{ label: "This evening", until: at(0, 18) }] : []),
    { label: "Tomorrow morning", until: at(1, 9) },
    ...(toMonday > 1 ? [{ label: "Monday morning", until: at(toMonday, 9) }] : []),
  ];
}

/** @param {Date} at */
const told = (at) => new Intl.DateTimeFormat("en-GB", { weekday: "short", hour: "2-digit", minute: "2-digit" }).format(at);

/** Ask until when. @param {(until: Date) => void} chosen */
export function openSnooze(chosen) {
  byId("snooze-error").textContent = "";
  /** @type {HTMLInputElement} */ (byId("snooze-at")).value = "";
  fill(
    byId("snooze-choices"),
    ...choices(new Date(now())).map(({ label, until }) =>
      h("button", { type: "button", onclick: () => chosen(until) }, label, h("span", { class: "quiet" }, ` ${told(until)}`)),
    ),
  );
  /** @type {HTMLDialogElement} */ (byId("snooze-dialog")).showModal();
}

/** The date and time that was typed, if it is one that is still to come. */
export function typedTime() {
  const at = new Date(/** @type {HTMLInputElement} */ (byId("snooze-at")).value);
  return at.getTime() > now() ? at : null;
}
