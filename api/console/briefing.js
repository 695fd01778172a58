/** The right side: what the person needs to know before the first word. */

import { approvals } from "./approvals.js";
import { customerFile } from "./customer.js";
import { byId, fill, h } from "./dom.js";
import { state } from "./store.js";
import { trajectory } from "./trajectory.js";
import { showMessage } from "./transcript.js";
import { agoElement, authorWord, customerName, fullTime, languageName, plain, stakeFlag } from "./words.js";

/** @import {BriefingLine, Detail, Handoff, Message} from "./types.js" */

let drawn = "";
let unfolded = false;

export function drawBriefing() {
  const { detail } = state;
  const pane = byId("briefing");
  const next = JSON.stringify(detail);
  if (next === drawn) return; // a redraw would take the focus off a source link
  drawn = next;
  if (!detail) return fill(pane);
  const focused = document.activeElement?.getAttribute("data-key");
  fill(pane, ...approvals(detail), ...briefing(detail), ...rating(detail), ...why(detail), ...trajectory(detail), ...facts(detail), ...customerFile(detail), ...trips(detail));
  if (focused) /** @type {HTMLElement | null} */ (pane.querySelector(`[data-key="${CSS.escape(focused)}"]`))?.focus();
}

/** What is read in a quarter of a minute stands open, the rest a click away. @param {Detail} detail */
function briefing(detail) {
  const lines = detail.briefing?.lines ?? [];
  if (!lines.length) return [h("h2", {}, "Briefing"), h("p", { class: "quiet" }, detail.handoff ? "This handoff has no briefing." : "None: no person is asked for.")];
  const drawnLines = lines.map((line, index) => briefingLine(detail, line, index));
  const glance = detail.briefing?.at_a_glance ?? lines.length;
  const rest = drawnLines.slice(glance).flat();
  const remember = (/** @type {Event} */ event) => (unfolded = /** @type {HTMLDetailsElement} */ (event.currentTarget).open);
  return [
    h("h2", {}, "Briefing"),
    h("dl", { class: "briefing-lines" }, ...drawnLines.slice(0, glance).flat()),
    rest.length > 0 &&
      h(
        "details",
        { open: unfolded, ontoggle: remember },
        h("summary", { "data-key": "more-briefing" }, `More (${lines.length - glance})`),
        h("dl", { class: "briefing-lines" }, ...rest),
      ),
  ];
}

/** @param {Detail} detail @param {BriefingLine} line @param {number} index */
function briefingLine(detail, line, index) {
  const links = line.sources.flatMap((id) => sourceLinks(detail, id, index));
  // What was corrected stands beside it below, unless it reads differently by now.
  const gone = !detail.briefing?.lines.some((other) => other.correction && line.sources.includes(other.correction.message_id));
  return [
    h("dt", {}, plain(line.label), line.by === "model" && h("span", { class: "by-model", title: "Written by a language model; its figures and names were compared with the sources" }, " · AI-written")),
    h(
      "dd",
      { dir: "auto" },
      line.text,
      links.length > 0 && h("span", { class: "source-links" }, ...links),
      gone && line.corrects && h("p", { class: "quiet" }, "It read: ", h("q", { dir: "auto" }, line.corrects)),
      line.correction && h("p", { class: "corrected" }, "The customer corrects: ", h("q", { dir: "auto" }, line.correction.text), ...sourceLinks(detail, line.correction.message_id, index)),
    ),
  ];
}

/** @param {Detail} detail @param {string} id of a message @param {number} index of the line */
function sourceLinks(detail, id, index) {
  const source = detail.messages.find((message) => message.id === id);
  return source ? [sourceLink(source, index)] : [];
}

/** @param {Message} source @param {number} index */
function sourceLink(source, index) {
  return h(
    "button",
    {
      type: "button",
      class: "source",
      "data-key": `${index}:${source.id}`,
      title: `${authorWord(source)}, ${fullTime(source.created_at)}`,
      "aria-label": `Show message ${source.seq} by ${authorWord(source)}`,
      onclick: () => showMessage(source.id),
    },
    `#${source.seq}`,
  );
}

/** What the customer said of how it ended. @param {Detail} detail */
function rating({ rating: said }) {
  if (!said) return [];
  /** @type {[string, Node | string][]} */
  const pairs = [
    ["Solved", said.solved ? "yes" : "no"],
    ...(said.satisfaction ? [/** @type {[string, string]} */ (["Satisfied", `${said.satisfaction} of 5`])] : []),
    ...(said.effort ? [/** @type {[string, string]} */ (["Effort", `${said.effort} of 5`])] : []),
    ...(said.comment ? [/** @type {[string, Node]} */ (["Comment", h("q", {}, said.comment)])] : []),
    ["When", said.rated_at ? agoElement(said.rated_at, "", " ago") : ""],
  ];
  return [
    h("h2", {}, "The customer’s rating"),
    h("dl", { class: "facts" }, ...pairs.flatMap(([label, value]) => [h("dt", {}, label), h("dd", { dir: "auto" }, value)])),
  ];
}

/** @param {Detail} detail */
function why(detail) {
  const { handoff } = detail;
  if (!handoff) return [];
  const stakes = [...new Set(detail.messages.flatMap((message) => message.signals?.stakes ?? []))];
  return [
    h("h2", {}, "Why it came"),
    h(
      "p",
      { class: "why-head" },
      h("strong", {}, handoff.reason_label),
      h("span", { class: `urgency ${handoff.urgency}` }, `urgency: ${handoff.urgency}`),
    ),
    h("p", { dir: "auto" }, handoff.why),
    stakes.length > 0 && h("p", { class: "signals" }, ...stakes.map(stakeFlag)),
    decision(handoff),
    h(
      "p",
      { class: "quiet" },
      `Queue ${plain(handoff.queue)} · `,
      agoElement(handoff.opened_at, "opened ", " ago"),
      handoff.claimed_at && " · ",
      handoff.claimed_at && agoElement(handoff.claimed_at, "claimed ", " ago"),
    ),
  ];
}

/** The rule of the policy with what it saw. A button and a turn have none. @param {Handoff} handoff */
function decision({ decision: { rule, policy_version, saw } }) {
  if (!policy_version) return null;
  return h(
    "div",
    { class: "decision" },
    h("p", { class: "quiet" }, "Rule ", h("code", {}, rule), ", policy ", h("code", {}, policy_version), ", saw:"),
    h("ul", {}, ...saw.map((words) => h("li", {}, words))),
  );
}

/** @param {Detail} detail */
function facts(detail) {
  const spoken = detail.messages.filter((message) => message.author.kind === "customer");
  const language = spoken.findLast((message) => (message.signals?.language ?? "und") !== "und")?.signals?.language;
  /** @type {[string, Node | string][]} */
  const pairs = [
    ["Name", customerName(detail)],
    ["E-mail", detail.customer?.email ? address(detail.customer.email) : "not known"],
    ["Language", language ? languageName(language) : "not known yet"],
    ["Case", detail.case_number],
    ["Began", agoElement(detail.created_at, "", " ago")],
    ["Wrote", spoken.length === 1 ? "1 message" : `${spoken.length} messages`],
  ];
  return [
    h("h2", {}, "Customer"),
    h("dl", { class: "facts" }, ...pairs.flatMap(([label, value]) => [h("dt", {}, label), h("dd", { dir: "auto" }, value)])),
  ];
}

/** An e-mail address that breaks, if it must, before the name of its host. @param {string} email */
function address(email) {
  const [name, host] = email.split("@");
  return h("span", {}, `${name}@`, h("wbr"), host ?? "");
}

/** Earlier trips to the desk. @param {Detail} detail */
function trips(detail) {
  const earlier = (detail.handoffs ?? []).filter((trip) => trip.id !== detail.handoff?.id);
  if (!earlier.length) return [];
  return [
    h("h2", {}, "Earlier handoffs"),
    h(
      "ul",
      { class: "trips" },
      ...earlier.map((trip) =>
        h("li", {}, trip.reason_label, h("span", { class: "quiet" }, " · ", agoElement(trip.opened_at, "", " ago"))),
      ),
    ),
  ];
}
