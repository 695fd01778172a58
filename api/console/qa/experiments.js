/** Experiments: what runs and ran, its figures by variant, and the way to stop it. */

import { written } from "../centre/numbers.js";
import { fill, h, svg } from "../dom.js";
import { call } from "../http.js";

/** @import {Experiment, ExperimentFigure, ExperimentResults, Side} from "./types.js" */

/** @typedef {(work: Promise<unknown>) => void} Telling tells a failure of what it is given */

const LONGEST = 300; // characters of a reason
/** @type {Record<string, string>} */
const HAPPENED = { started: "Started", share: "Share moved", stopped: "Stopped" };
const WIDE = 120; // of an interval's drawing, in its own units
const HIGH = 16;

/** @param {Telling} telling @returns {Promise<HTMLElement>} */
export async function experimentsPage(telling) {
  const place = h("div", { class: "qa" });
  await load(place, telling);
  return place;
}

/** @param {HTMLElement} place @param {Telling} telling */
async function load(place, telling) {
  /** @type {{items: Experiment[]}} */
  const { items } = await call("GET", "/desk/qa/experiments");
  const reload = () => load(place, telling);
  fill(place, ...(items.length ? items.map((item) => section(item, telling, reload)) : [none()]));
}

function none() {
  return h("section", { class: "figure" }, h("h2", {}, "No experiment yet"), h("p", { class: "quiet" }, "Write one as docs/experiments.md says and start it with ", h("code", {}, "candor experiment start"), "."));
}

/** @param {Experiment} item @param {Telling} telling @param {() => Promise<void>} reload */
function section(item, telling, reload) {
  const id = `experiment-${item.name}`;
  const figures = h("div", { class: "results" }, h("p", { class: "quiet" }, "Counting…"));
  const show = async () => {
    /** @type {ExperimentResults} */
    const results = await call("GET", `/desk/qa/experiments/${encodeURIComponent(item.name)}/results`);
    fill(figures, ...resultsOf(item, results));
  };
  const ended = h("details", {}, h("summary", {}, "What it came to"), figures);
  if (item.runs) telling(show());
  else ended.addEventListener("toggle", () => ended.open && telling(show()), { once: true });
  return h(
    "section",
    { class: "figure experiment", "aria-labelledby": id },
    h("h2", { id }, item.name, " ", h("span", { class: item.runs ? "state runs" : "state" }, item.runs ? "runs" : "ended")),
    h("p", { class: "question" }, item.question),
    h("p", {}, `${percent(item.share)} % of the customers take part, half of them with B. B is: `, ...item.changes.flatMap((change, place) => [place > 0 && ", ", h("code", {}, change)])),
    h("ul", { class: "events" }, ...item.events.map(({ kind, by, why, at }) => h("li", {}, h("strong", { class: kind }, HAPPENED[kind] ?? kind), ` ${moment(at)} by ${by ?? "the product itself"}`, why && `: ${why}`))),
    item.runs ? figures : ended,
    item.runs && stopping(item, telling, reload),
  );
}

/** @param {Experiment} item @param {ExperimentResults} results */
function resultsOf(item, results) {
  const columns = ["Figure", "A, as it is", "B, tried", "B less A"];
  const primary = results.figures.find((figure) => figure.primary);
  return [
    h("p", {}, `${results.customers.A} customers have drawn A and ${results.customers.B} B. A figure counts those whose time for it is over, each once. In brackets is what is likely, at all times at once: look as often as you like.`),
    h("ul", { class: "guardrails" }, ...results.guardrails.map((guard) => guardrail(guard, results))),
    h(
      "div",
      { class: "scroll", tabindex: 0, role: "region", "aria-label": `Figures of ${item.name}` },
      h("table", {}, h("thead", {}, h("tr", {}, ...columns.map((name) => h("th", { scope: "col" }, name)))), h("tbody", {}, ...results.figures.map((figure) => row(figure, results.currency)))),
    ),
    primary?.compared && h("p", { class: "quiet" }, `What decides: p ${primary.compared.p < 0.001 ? "< 0.001" : `= ${primary.compared.p.toFixed(3)}`}, valid at any time.`),
  ];
}

/** @param {ExperimentFigure} figure @param {string} currency */
function row(figure, currency) {
  const { compared } = figure;
  return h(
    "tr",
    { class: figure.primary && "primary" },
    h("th", { scope: "row" }, figure.title, figure.primary && h("span", { class: "state" }, "decides"), h("p", { class: "quiet sentence" }, `${figure.sentence} Within ${figure.span}.`)),
    h("td", {}, side(figure, figure.a, currency)),
    h("td", {}, side(figure, figure.b, currency)),
    h("td", {}, ...(compared ? difference(figure, compared, currency) : [h("span", { class: "quiet" }, "too few")])),
  );
}

/** @param {ExperimentFigure} figure @param {Side} shown @param {string} currency */
function side(figure, { of, value, low, high }, currency) {
  if (value === null) return "–";
  const likely = low === null || high === null ? "" : `(${amount(figure, low, currency)} to ${amount(figure, high, currency)}) `;
  return h("span", {}, amount(figure, value, currency), h("small", { class: "quiet" }, `${likely}of ${of}`));
}

/** @param {ExperimentFigure} figure @param {{low: number, high: number, difference: number}} compared @param {string} currency */
function difference(figure, compared, currency) {
  return [
    h("span", {}, signed(figure, compared.difference, currency), figure.verdict && h("strong", { class: figure.verdict }, ` ${figure.verdict}`)),
    h("small", { class: "quiet" }, `(${signed(figure, compared.low, currency)} to ${signed(figure, compared.high, currency)})`),
    drawn(compared, figure.verdict),
  ];
}

/** The interval of a difference beside 0. The words stand beside it. @param {{low: number, high: number, difference: number}} compared @param {string} verdict */
function drawn({ low, high, difference }, verdict) {
  const most = Math.max(Math.abs(low), Math.abs(high)) || 1;
  const at = (/** @type {number} */ value) => (WIDE / 2) * (1 + value / most);
  return svg(
    "svg",
    { class: `interval ${verdict}`, viewBox: `0 0 ${WIDE} ${HIGH}`, width: WIDE, height: HIGH, "aria-hidden": "true" },
    svg("line", { class: "zero", x1: WIDE / 2, x2: WIDE / 2, y1: 0, y2: HIGH }),
    svg("line", { class: "likely", x1: at(low), x2: at(high), y1: HIGH / 2, y2: HIGH / 2 }),
    svg("circle", { cx: at(difference), cy: HIGH / 2, r: 4 }),
  );
}

/** @param {ExperimentResults["guardrails"][number]} guard @param {ExperimentResults} results */
function guardrail(guard, { figures, currency }) {
  const figure = figures.find(({ name }) => name === guard.figure);
  if (!figure) return "";
  const surely = guard.surely === null ? "too few to tell" : guard.surely > 0 ? `surely worse by ${points(figure, guard.surely, currency)} or more` : "not surely worse";
  return h("li", {}, h("strong", { class: guard.broken ? "worse" : "better" }, guard.broken ? "Broken" : "Holds"), ` ${guard.title}: B may be worse by ${points(figure, guard.worse_by, currency)}; it is ${surely}.`);
}

/** Two steps, for it is final. @param {Experiment} item @param {Telling} telling @param {() => Promise<void>} reload */
function stopping(item, telling, reload) {
  const id = `why-${item.name}`;
  const why = h("input", { id, maxlength: LONGEST });
  const stop = async () => {
    await call("POST", `/desk/qa/experiments/${encodeURIComponent(item.name)}/stop`, { why: why.value });
    await reload();
  };
  return h(
    "details",
    { class: "stopping" },
    h("summary", {}, "Stop it"),
    h("p", {}, "Everybody is back with A from their next message on. It does not start again under this name."),
    h("label", { for: id }, "Why"),
    why,
    h("button", { type: "button", onclick: () => telling(stop()) }, `Stop ${item.name} for good`),
  );
}

/** @param {ExperimentFigure} figure @param {number} value @param {string} currency */
function amount(figure, value, currency) {
  if (figure.kind === "share") return `${percent(value)} %`;
  return figure.kind === "money" ? written("money", value, currency) : `${rounded(value)} ${figure.unit}`;
}

/** A difference. @param {ExperimentFigure} figure @param {number} value @param {string} currency */
function points(figure, value, currency) {
  return figure.kind === "share" ? `${percent(value)} points` : amount(figure, value, currency);
}

/** @param {ExperimentFigure} figure @param {number} value @param {string} currency */
function signed(figure, value, currency) {
  const text = figure.kind === "share" ? percent(Math.abs(value)) : amount(figure, Math.abs(value), currency);
  return `${value < 0 ? "−" : "+"}${text}`;
}

/** @param {number} value */
const rounded = (value) => (Math.abs(value) < 10 ? value.toFixed(2) : value.toFixed(0));

/** @param {number} share */
const percent = (share) => (100 * share).toFixed(1).replace(/\.0$/, "");

/** @param {string} at */
const moment = (at) => new Date(at).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" });
