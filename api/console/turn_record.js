/** Why the AI said that: the record of a turn in words. */

import { h } from "./dom.js";
import { plain } from "./words.js";

/** @import {Turn} from "./types.js" */

/** @type {Record<string, string>} */
const WRITERS = { "": "code, without a model", offline: "the offline model" };

/** Its rows. @param {Turn} turn */
export function told(turn) {
  const { search, model } = turn;
  const rows = [
    row("Written by", WRITERS[model.name ?? ""] ?? plain(model.name ?? "")),
    model.provider && model.provider !== model.name && row("Served by", model.provider),
    model.failed.length > 0 && row("Failed before", model.failed.join("; ")),
    model.budget && row("Budget", model.budget),
    turn.question && row("Searched for", `“${turn.question}”`),
    search.confidence !== null && row("Found", found(search)),
    ...search.passages.map((passage) =>
      row(passage.cited ? "Cited" : "Not used", `${passage.url} (score ${passage.score.toFixed(2)})`),
    ),
    ...turn.tools.map((tool) => row("Looked up", `${plain(tool.name)}: ${resultWord(tool.result)}`)),
    turn.passed !== null && row("Checked", `${turn.passed} passed, ${turn.cut.length} cut`),
    ...turn.cut.map((cut) => row("Cut", `“${cut.sentence}” – ${cut.why}`)),
    ...Object.entries(turn.experiments).map(([name, variant]) => row("Experiment", `${name}, variant ${variant}`)),
    turn.repaired && row("Asked again", "once, to put right what was cut"),
    turn.decision?.policy_version && row("Rule", turn.decision.rule ? `${turn.decision.rule}: ${turn.decision.saw.join("; ")}` : "none held"),
    model.tokens && row("Tokens", `${model.tokens.in ?? "?"} in, ${model.tokens.out ?? "?"} out`),
    model.cost && row("Cost", model.cost),
    Object.keys(turn.milliseconds).length > 0 && row("Time", times(turn.milliseconds)),
    model.prompt && row("Prompt", model.prompt),
  ];
  return [h("dl", { class: "facts" }, ...rows.flatMap((pair) => pair || []))];
}

/** @param {string} label @param {string} value @returns {[Node, Node]} */
function row(label, value) {
  return [h("dt", {}, label), h("dd", { dir: "auto" }, value)];
}

/** @param {Turn["search"]} search */
function found(search) {
  const count = search.passages.length === 1 ? "1 passage" : `${search.passages.length} passages`;
  return `${count}, ${search.good_enough ? "good enough to answer from" : "not good enough to answer from"} (confidence ${search.confidence?.toFixed(2)})`;
}

/** `OrderShown` → "order shown". @param {string} name */
function resultWord(name) {
  return name.replace(/(?<=[a-z])(?=[A-Z])/g, " ").toLowerCase();
}

/** @param {Record<string, number>} milliseconds */
function times(milliseconds) {
  return Object.entries(milliseconds)
    .map(([name, value]) => `${plain(name)} ${Math.round(value)} ms`)
    .join(", ");
}
