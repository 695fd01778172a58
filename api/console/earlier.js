/** An earlier conversation of the customer, to be read: its transcript over the page, and back with Esc to where one was. */

import { byId, fill, h } from "./dom.js";
import { Problem, desk } from "./http.js";
import { messageElement } from "./transcript.js";
import { day } from "./words.js";

/** @import {Detail, Earlier} from "./types.js" */

/** @param {Earlier} earlier */
export async function showEarlier(earlier) {
  byId("earlier-dialog-title").textContent = `${earlier.case_number} · ${day(earlier.created_at)} · ${earlier.ended}`;
  fill(byId("earlier-messages"), h("li", { class: "quiet" }, "Loading…"));
  /** @type {HTMLDialogElement} */ (byId("earlier-dialog")).showModal();
  byId("earlier-thread").focus();
  try {
    fill(byId("earlier-messages"), ...messages(await desk.conversation(earlier.id)));
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    fill(byId("earlier-messages"), h("li", { class: "error" }, `Could not be loaded. ${problem.message}`));
  }
}

/** @param {Detail} detail */
function messages(detail) {
  let previous = "";
  return detail.messages.map((message) => {
    const today = day(message.created_at);
    const first = today !== previous;
    previous = today;
    return messageElement(message, first ? today : null);
  });
}
