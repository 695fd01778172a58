/** A suggested reply: shown beside the box, put into it only when the person asks. */

import { insert } from "./composer.js";
import { cleaned, fill, h } from "./dom.js";
import { Problem } from "./http.js";
import { writing } from "./writing_calls.js";

/** @import {Suggestion} from "./types.js" */

/**
 * @param {string} id of the conversation @param {() => void} close @param {() => void} search
 * @returns {HTMLElement} which fills itself when the draft has come
 */
export function suggestionPanel(id, close, search) {
  const panel = h("div", { class: "suggestion", role: "status", tabindex: -1, "data-first": true }, h("p", { class: "quiet" }, "Drafting…"));
  writing.suggestion(id).then(
    (suggestion) => put(panel, suggestion, close, search),
    (problem) => {
      if (!(problem instanceof Problem)) throw problem;
      fill(panel, h("p", { class: "error" }, `No draft. ${problem.message}`));
    },
  );
  return panel;
}

/** @param {HTMLElement} panel @param {Suggestion} suggestion @param {() => void} close @param {() => void} search */
function put(panel, suggestion, close, search) {
  const waited = document.activeElement === panel;
  const take = () => {
    insert(suggestion.text, suggestion.citations, { apart: "\n\n", suggestion: suggestion.id });
    close();
  };
  const next = suggestion.known
    ? h("button", { type: "button", class: "primary", onclick: take }, "Put it into the reply")
    : h("button", { type: "button", onclick: search }, "Search the knowledge base");
  fill(
    panel,
    suggestion.known ? cleaned(suggestion.html) : h("p", {}, `No draft. ${suggestion.why ?? ""}`),
    suggestion.cut.length > 0 && leftOut(suggestion.cut),
    h(
      "div",
      { class: "aid-foot" },
      h("span", { class: "quiet" }, suggestion.known && `Drafted by ${suggestion.written_by === "offline" ? "the offline model" : (suggestion.written_by ?? "the model")}. You send it, so read it.`),
      next,
    ),
  );
  if (waited) next.focus(); // nobody who has gone on elsewhere is called back
}

/** @param {Suggestion["cut"]} cut */
function leftOut(cut) {
  return h(
    "details",
    { class: "sources" },
    h("summary", {}, cut.length === 1 ? "1 sentence was left out" : `${cut.length} sentences were left out`),
    h("ul", { class: "left-out" }, ...cut.map((row) => h("li", { dir: "auto" }, `“${row.sentence}” – ${row.why}`))),
  );
}
