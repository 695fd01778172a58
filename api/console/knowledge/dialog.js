/** Questions that must be answered before something happens. The dialog stays, with what was typed, if it fails. */

import { byId, fill, h } from "../dom.js";
import { Problem } from "../http.js";

/** @import {Child} from "../dom.js" */

/**
 * @typedef {object} Question
 * @property {string} title
 * @property {Child[]} body what to know before answering
 * @property {string} button
 * @property {string} [keep] the button that changes nothing
 * @property {string} [note] label of a field for a note; none without it
 * @property {HTMLElement} [standing] what must be seen beside the buttons, however long the body is
 * @property {Promise<unknown>} [first] what must have been shown before the button works, e.g. warnings
 */

/**
 * Ask, and do it on yes.
 *
 * @template T
 * @param {Question} question
 * @param {(note: string) => Promise<T>} act
 * @returns {Promise<T | null>} null if the person decided otherwise
 */
export function ask({ title, body, button, keep = "Cancel", note, standing, first }, act) {
  const error = h("p", { class: "error", role: "alert" });
  const field = h("input", { id: "dialog-note", maxlength: 500, autocomplete: "off" });
  const yes = h("button", { class: "primary", disabled: Boolean(first) }, button);
  const dialog = h("dialog", { class: "question", "aria-labelledby": "dialog-title" });
  const form = h(
    "form",
    {},
    h("h2", { id: "dialog-title" }, title),
    h("div", { class: "question-body" }, ...body),
    note && h("label", { for: "dialog-note" }, note),
    note && field,
    standing,
    error,
    h("div", { class: "choices" }, h("button", { type: "button", onclick: () => dialog.close() }, keep), yes),
  );
  dialog.append(form);
  dialog.addEventListener("click", (event) => {
    const link = /** @type {Element} */ (event.target).closest("a");
    if (link) link.target = "_blank"; // the question stays, and with it what it is about
  });
  void first?.finally(() => (yes.disabled = false));
  fill(byId("dialogs"), dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    /** @type {T | null} */
    let done = null;
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(done);
    });
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      error.textContent = "";
      yes.disabled = true;
      try {
        done = await act(field.value.trim());
        dialog.close();
      } catch (problem) {
        if (!(problem instanceof Problem)) throw problem;
        error.textContent = problem.message;
      } finally {
        yes.disabled = false;
      }
    });
  });
}

/**
 * A place in a dialog or page that is filled when its answer comes. It never rejects: a failure is told in its place.
 *
 * @param {string} label
 * @param {() => Promise<Child[]>} load
 */
export function later(label, load) {
  const element = h("div", { class: "later" }, h("p", { class: "quiet" }, `${label} …`));
  const settled = load().then(
    (nodes) => fill(element, ...nodes),
    (problem) => {
      if (!(problem instanceof Problem)) throw problem;
      fill(element, h("p", { class: "error" }, `${label}: this could not be loaded. ${problem.message}`));
    },
  );
  return { element, settled };
}
