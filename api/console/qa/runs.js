/** The runs of evaluations: how each went, its report, and two beside each other. */

import { h } from "../dom.js";
import { call } from "../http.js";

/** @import {Run} from "./types.js" */

/** @returns {Promise<HTMLElement>} */
export async function runsPage() {
  /** @type {{items: Run[], problems: string[]}} */
  const { items, problems } = await call("GET", "/desk/qa/runs");
  return h(
    "div",
    { class: "qa" },
    problems.length > 0 && h("ul", { class: "problems" }, ...problems.map((problem) => h("li", {}, problem))),
    h("section", { class: "figure", "aria-labelledby": "runs-title" }, h("h2", { id: "runs-title" }, "Runs"), items.length ? table(items) : none()),
    items.length > 1 && compare(items),
    flaky(items),
  );
}

function none() {
  return h("p", { class: "quiet" }, "There is no run yet. Make one with ", h("code", {}, "candor eval run"), " and put its folder where CANDOR_RUNS_DIR says.");
}

/** @param {Run[]} runs */
function table(runs) {
  const columns = ["Run", "Version", "Model", "Passed", "Likely", "Could not be told", "Differ between tries"];
  return h(
    "div",
    { class: "scroll", tabindex: 0, role: "region", "aria-labelledby": "runs-title" },
    h("table", {}, h("thead", {}, h("tr", {}, ...columns.map((name) => h("th", { scope: "col" }, name)))), h("tbody", {}, ...runs.map(row))),
  );
}

/** @param {Run} run */
function row(run) {
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, h("a", { href: report(run), target: "_blank", rel: "noopener", "aria-label": `Report of ${run.id}, opens beside the console` }, run.id), ...run.problems.map((problem) => h("p", { class: "error" }, problem))),
    h("td", {}, run.version),
    h("td", {}, run.model),
    h("td", {}, `${run.passed} of ${run.of}`, run.of > 0 && ` (${percent(run.passed / run.of)} %)`),
    h("td", {}, run.low === null || run.high === null ? "–" : `${percent(run.low)}–${percent(run.high)} %`),
    h("td", {}, String(run.unscored)),
    h("td", {}, run.repeats > 1 ? String(run.flaky.length) : "one try each"),
  );
}

/** Two runs to choose, the newest against the one before. @param {Run[]} runs */
function compare(runs) {
  const options = (/** @type {number} */ chosen) => runs.map((run, place) => h("option", { value: run.id, selected: place === chosen }, run.id));
  const before = h("select", { id: "before" }, ...options(1));
  const after = h("select", { id: "after" }, ...options(0));
  const open = () => {
    const address = `/v1/desk/qa/runs/${encodeURIComponent(after.value)}/comparison?${new URLSearchParams({ baseline: before.value })}`;
    window.open(address, "_blank", "noopener");
  };
  return h(
    "section",
    { class: "figure", "aria-labelledby": "compare-title" },
    h("h2", { id: "compare-title" }, "Compare two runs"),
    h("p", { class: "quiet" }, "Case by case: what got worse comes first, with both conversations beside each other."),
    h("div", { class: "choose" }, h("label", { for: "after" }, "Is"), after, h("label", { for: "before" }, "better than"), before, h("button", { type: "button", onclick: open }, "Compare")),
  );
}

/** Cases of the newest run with several tries. @param {Run[]} runs */
function flaky(runs) {
  const run = runs.find(({ repeats }) => repeats > 1);
  if (!run) return null;
  return h(
    "section",
    { class: "figure", "aria-labelledby": "flaky-title" },
    h("h2", { id: "flaky-title" }, `Cases that differ between tries (${run.id})`),
    run.flaky.length ? h("ul", { class: "cases" }, ...run.flaky.map((name) => h("li", {}, name))) : h("p", { class: "quiet" }, "None: every try of a case came out alike."),
  );
}

/** @param {Run} run */
const report = (run) => `/v1/desk/qa/runs/${encodeURIComponent(run.id)}/report`;

/** @param {number} share */
const percent = (share) => (100 * share).toFixed(1);
