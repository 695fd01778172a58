/** What a person has to approve: told beside the conversation, decided in a dialog that shows exactly what it is about. */

import { byId, fill, h } from "./dom.js";
import { Problem, desk } from "./http.js";
import { changed, putDetail, state } from "./store.js";
import { agoElement, plain } from "./words.js";

/** @import {Approval, Detail} from "./types.js" */

const STATUS = {
  pending: "Waits for a decision",
  approved: "Approved",
  refused: "Not approved",
  expired: "Not decided in time",
  withdrawn: "Withdrawn",
};

/** The request that the dialog shows, as it was when it was opened. @type {Approval | null} */
let shown = null;
let busy = false;

export function startApprovals() {
  byId("approval-form").addEventListener("submit", (event) => {
    event.preventDefault();
    void decide("approve");
  });
  byId("approval-refuse").addEventListener("click", () => void decide("refuse"));
}

/** The request of the open conversation that waits for a decision, if there is one. */
export function pending() {
  return state.detail?.approvals.find((approval) => approval.status === "pending") ?? null;
}

/** Show the request that waits, to be decided. */
export function openApproval() {
  const approval = pending();
  if (!approval) return;
  shown = approval;
  fill(byId("approval-about"), terms(approval), ...reasons(approval));
  byId("approval-title").textContent = approval.title;
  /** @type {HTMLTextAreaElement} */ (byId("approval-note")).value = "";
  byId("approval-error").textContent = approval.why_not ?? "";
  /** @type {HTMLButtonElement} */ (byId("approval-approve")).disabled = Boolean(approval.why_not);
  /** @type {HTMLDialogElement} */ (byId("approval-dialog")).showModal();
}

/** The requests of a conversation, for the side. @param {Detail} detail */
export function approvals(detail) {
  return detail.approvals.map((approval) =>
    h(
      "section",
      { class: "proposal approval", "data-status": approval.status, "aria-label": `Request: ${approval.title}` },
      h(
        "p",
        { class: "proposal-head" },
        h("span", { class: "proposal-title" }, approval.title),
        h("span", { class: "status" }, STATUS[approval.status] ?? plain(approval.status)),
      ),
      terms(approval),
      ...(approval.status === "pending" ? [...reasons(approval), decideButton()] : [decision(approval)]),
    ),
  );
}

function decideButton() {
  return h(
    "button",
    { type: "button", class: "primary", "data-key": "decide", "aria-keyshortcuts": "a", onclick: openApproval },
    "Decide…",
    h("kbd", { "aria-hidden": "true" }, "a"),
  );
}

/** @param {Approval} approval */
function terms(approval) {
  return h("dl", {}, ...approval.lines.flatMap((line) => [h("dt", {}, line.label), h("dd", { dir: "auto" }, line.value)]));
}

/** @param {Approval} approval */
function reasons(approval) {
  return [
    h("p", { class: "quiet" }, "Why the AI may not do it alone:"),
    h("ul", { class: "reasons" }, ...approval.reasons.map((reason) => h("li", {}, reason.text))),
    approval.amount && h("p", {}, "At stake: ", h("strong", {}, approval.amount)),
  ];
}

/** @param {Approval} approval */
function decision({ decided_by, decided_at, note }) {
  if (!decided_by || !decided_at) return null;
  return h("p", { class: "quiet" }, `${decided_by.name}, `, agoElement(decided_at, "", " ago"), note && `: “${note}”`);
}

/**
 * The dialog stays open with what was typed if it fails.
 *
 * @param {"approve" | "refuse"} word
 */
async function decide(word) {
  if (!shown || busy) return;
  const note = /** @type {HTMLTextAreaElement} */ (byId("approval-note")).value.trim();
  const error = byId("approval-error");
  error.textContent = "";
  busy = true;
  try {
    putDetail(await desk.decide(word, shown.id, shown.digest, note));
    /** @type {HTMLDialogElement} */ (byId("approval-dialog")).close();
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    error.textContent = problem.message;
  } finally {
    busy = false;
    changed();
  }
}
