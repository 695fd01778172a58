/** How well two labellers agree, where they do not, and which answers should become cases. */

import { cleaned, h } from "../dom.js";
import { call } from "../http.js";

/** @import {Agreement, Pair} from "./types.js" */

/** What a kappa is called (Landis and Koch 1977), from the highest. @type {[number, string][]} */
const CALLED = [
  [0.8, "almost perfect"],
  [0.6, "substantial"],
  [0.4, "moderate"],
  [0.2, "fair"],
  [0, "slight"],
];

/** @returns {Promise<HTMLElement>} */
export async function agreementPage() {
  /** @type {Agreement} */
  const found = await call("GET", "/desk/qa/agreement");
  const alike = found.faults.filter((pair) => !found.disagreements.some(({ message_id }) => message_id === pair.message_id));
  return h(
    "div",
    { class: "qa" },
    h(
      "section",
      { class: "figure", "aria-labelledby": "kappa-title" },
      h("h2", { id: "kappa-title" }, "Agreement of two labellers"),
      h("p", { class: "big" }, found.kappa === null ? "–" : `κ ${found.kappa.toFixed(2)}`, found.kappa !== null && h("small", {}, ` ${called(found.kappa)}`)),
      h("p", {}, `${found.agreed} of ${found.pairs} answers got the same word from both. ${found.waiting_for_second} more wait for the second.`),
      h("p", { class: "quiet" }, "Cohen's kappa is 1 where they always agree and 0 where they agree as often as chance would. Below 0.6 the words mean different things to different people: talk about the answers below first."),
    ),
    list("Disagreements", found.disagreements, "None."),
    list("Both found fault", alike, "None."),
  );
}

/** @param {number} kappa */
function called(kappa) {
  return CALLED.find(([from]) => kappa > from)?.[1] ?? "none beyond chance";
}

/** @param {string} title @param {Pair[]} pairs @param {string} none */
function list(title, pairs, none) {
  return h("section", { class: "figure" }, h("h2", {}, `${title} (${pairs.length})`), pairs.length ? h("ul", { class: "pairs" }, ...pairs.map(item)) : h("p", { class: "quiet" }, none));
}

/** @param {Pair} pair */
function item({ html, words, conversation_id }) {
  return h(
    "li",
    {},
    cleaned(html),
    h("ul", { class: "words" }, ...words.map(({ by, judgement, note }) => h("li", {}, h("strong", { class: judgement }, judgement), ` ${by}`, note && `: ${note}`))),
    h("p", {}, h("a", { href: `/console#${conversation_id}` }, "Conversation"), " · ", h("a", { href: `/v1/desk/qa/conversations/${encodeURIComponent(conversation_id)}/case`, download: true }, "Download as a case")),
  );
}
