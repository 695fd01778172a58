/** The cards of the figures, and the lists beside them. */

import { h } from "../dom.js";
import { agoElement, shortened } from "../words.js";
import { chart, legend, table } from "./chart.js";
import { compared, surely, written } from "./numbers.js";

/** @import {Figure, Report, Value} from "./types.js" */
/** @import {Gap} from "../knowledge/types.js" */

const LONGEST = 220; // characters of a comment; the conversation has the rest
const GAPS = 5;

/** @param {Figure} figure @param {Report} report */
export function card(figure, report) {
  const { steps, period, currency } = report;
  const charted = figure.values.filter((value) => value.charted);
  return h(
    "section",
    { class: "figure", "aria-labelledby": `figure-${figure.name}`, "data-figure": figure.name },
    h("h3", { id: `figure-${figure.name}` }, figure.title),
    h("dl", {}, ...figure.values.map((value) => row(value, report))),
    figure.name === "waiting" && queues(report),
    chart(charted, steps, period, currency),
    legend(charted),
    h("details", { "data-keep": `what-${figure.name}` }, h("summary", {}, "What counts"), h("p", {}, figure.definition)),
    h(
      "details",
      { "data-keep": `table-${figure.name}` },
      h("summary", {}, "The chart as a table"),
      table(charted, steps, period, currency, `${figure.title}: course`),
    ),
  );
}

/** @param {Value} value @param {Report} report */
function row(value, { currency, period }) {
  const change = compared(value, currency, period);
  return h(
    "div",
    { "data-value": value.name },
    h("dt", {}, value.label),
    h(
      "dd",
      {},
      h("strong", {}, written(value.kind, value.value, currency)),
      h("span", { class: "sure" }, surely(value)),
      change && h("span", { class: `change ${change.tone}` }, change.text),
    ),
  );
}

/** @param {Report} report */
function queues({ queues: all }) {
  const busy = all.filter(({ waiting }) => waiting);
  if (!busy.length) return h("p", { class: "quiet" }, "Nobody waits.");
  /** @param {Report["queues"][number]} queue */
  const words = ({ name, waiting, at_risk, open }) => `${name}: ${waiting}${at_risk ? `, ${at_risk} late or at risk` : ""}${open ? "" : " (closed)"}`;
  return h("ul", { class: "queues" }, ...busy.map((queue) => h("li", {}, words(queue))));
}

/** @param {Report} report @param {Gap[] | null} gaps null while they are looked for */
export function lists(report, gaps) {
  const { reasons, suggested, words } = report;
  return h(
    "div",
    { class: "lists" },
    part(
      "Why cases went to a person",
      reasons.map(({ label, count, before }) => h("li", {}, h("strong", {}, count), ` ${label} `, h("span", { class: "quiet" }, `(before: ${before})`))),
      "No case in this period.",
    ),
    part("Replies suggested to people", suggested.shown ? [h("li", {}, drafts(suggested))] : [], "None was shown in this period."),
    part(
      "Questions without an answer, 30 days",
      (gaps ?? []).slice(0, GAPS).map(({ question, conversations }) => h("li", {}, h("strong", {}, conversations), " ", h("span", { dir: "auto" }, question))),
      gaps ? "Every question found an answer." : "Looking …",
      h("p", {}, h("a", { href: "/console/knowledge#/gaps" }, "All gaps")),
    ),
    part(
      "What customers said",
      words.map((word) =>
        h(
          "li",
          {},
          h("q", { dir: "auto" }, shortened(word.comment, LONGEST)),
          h(
            "p",
            { class: "quiet" },
            `${word.solved ? "Solved" : "Not solved"}${word.satisfaction ? `, ${word.satisfaction} of 5` : ""}, `,
            agoElement(word.rated_at, "", " ago"),
            " · ",
            h("a", { href: `/console#${word.conversation_id}` }, word.case_number),
          ),
        ),
      ),
      "Nobody wrote a word in this period.",
    ),
  );
}

/** @param {Report["suggested"]} of */
function drafts({ shown, as_it_was, edited, dropped }) {
  return `${shown} shown: ${as_it_was} sent as they were, ${edited} sent after a change, ${dropped} not sent so far`;
}

/** @param {string} title @param {HTMLElement[]} items @param {string} none @param {HTMLElement} [end] */
function part(title, items, none, end) {
  return h("section", { class: "figure" }, h("h3", {}, title), items.length ? h("ul", {}, ...items) : h("p", { class: "quiet" }, none), end);
}
