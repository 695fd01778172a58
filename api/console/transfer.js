/** Passing a conversation on: to a queue, or to a person who is there, with a reason and a note for whoever gets it. */

import { byId, fill, h } from "./dom.js";
import { Problem, desk } from "./http.js";
import { state, supervises } from "./store.js";
import { plain } from "./words.js";

/** @import {Person, Queue} from "./types.js" */

const form = /** @type {HTMLFormElement} */ (byId("transfer-form"));
const to = /** @type {HTMLSelectElement} */ (byId("transfer-to"));

/** Ask to whom. The choice shows who is there, what they bring and how much they have. */
export async function openTransfer() {
  form.reset();
  byId("transfer-error").textContent = "";
  fill(to, h("option", { value: "" }, "Loading…"));
  /** @type {HTMLDialogElement} */ (byId("transfer-dialog")).showModal();
  try {
    const [people, queues] = await Promise.all([desk.people(), desk.queues()]);
    fill(
      to,
      h("option", { value: "" }, "Choose…"),
      h("optgroup", { label: "Queues" }, ...queues.items.map(queueOption)),
      h("optgroup", { label: "People" }, ...people.items.filter((p) => p.id !== state.me?.id).map(personOption)),
    );
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    fill(to, h("option", { value: "" }, "Not loaded"));
    byId("transfer-error").textContent = problem.message;
  }
}

/** What was chosen, for the call; null where nothing was. */
export function chosenTransfer() {
  const [kind = "", name = ""] = to.value.split(/:(.*)/s);
  if (!name) return null;
  const reason = /** @type {HTMLSelectElement} */ (byId("transfer-reason")).value;
  const note = /** @type {HTMLTextAreaElement} */ (byId("transfer-note")).value.trim();
  return { [kind]: name, reason, note };
}

/** @param {Queue} queue */
function queueOption(queue) {
  const here = queue.name === state.detail?.handoff?.queue && state.detail.floor === "queue";
  const words = [queue.open ? "open" : "closed", queue.on === 1 ? "1 is there" : `${queue.on} are there`, `${queue.waiting} waiting`];
  return h("option", { value: `queue:${queue.name}`, disabled: here }, `${plain(queue.name)} – ${words.join(", ")}${queue.at_risk ? `, ${queue.at_risk} at risk` : ""}`);
}

/** @param {Person} person */
function personOption(person) {
  const full = person.load >= person.capacity;
  const brings = [...person.skills, ...person.languages].map(plain).join(", ");
  const words = [person.on ? "there" : "not there", `${person.load} of ${person.capacity}${full ? ", full" : ""}`, brings];
  // A supervisor may give somebody more than they are offered.
  const cannot = !person.on || (full && !supervises());
  return h("option", { value: `person:${person.id}`, disabled: cannot }, `${person.name} – ${words.filter(Boolean).join(", ")}`);
}
