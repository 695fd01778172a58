/** What a conversation came to, asked when it is resolved: one key for each code, and Enter for the one that was used last. */

import { byId, fill, h } from "./dom.js";
import { Problem, desk } from "./http.js";

/** @import {WrapUp} from "./types.js" */

const LAST = "candor.desk.wrap-up";

/** @type {WrapUp[]} */
let codes = [];

byId("resolve-dialog").addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target instanceof HTMLElement && event.target.matches("textarea")) return;
  const code = codes[Number(event.key) - 1];
  if (code) choose(code.code);
  if (code) event.preventDefault();
});

/** Offer the codes, the last used one chosen. Raises nothing: without codes it is resolved without one. */
export async function offerWrapUps() {
  /** @type {HTMLTextAreaElement} */ (byId("resolve-note")).value = "";
  try {
    if (!codes.length) codes = (await desk.wrapUps()).items;
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    byId("resolve-error").textContent = problem.message;
  }
  fill(
    byId("resolve-codes"),
    h("legend", {}, "What did it come to?"),
    ...codes.map((each, index) =>
      h(
        "label",
        { class: "check" },
        h("input", { type: "radio", name: "wrap_up", value: each.code, required: true }),
        each.label,
        index < 9 && h("kbd", { "aria-hidden": "true" }, index + 1),
      ),
    ),
  );
  const last = localStorage.getItem(LAST);
  if (codes.some((each) => each.code === last)) choose(last ?? "");
  else /** @type {HTMLElement | null} */ (byId("resolve-codes").querySelector("input"))?.focus();
}

/** @returns {{code: string, note: string}} what was chosen, remembered for the next time */
export function chosenWrapUp() {
  const code = String(new FormData(/** @type {HTMLFormElement} */ (byId("resolve-form"))).get("wrap_up") ?? "");
  if (code) localStorage.setItem(LAST, code);
  return { code, note: /** @type {HTMLTextAreaElement} */ (byId("resolve-note")).value.trim() };
}

/** @param {string} code */
function choose(code) {
  const input = /** @type {HTMLInputElement | null} */ (byId("resolve-codes").querySelector(`[value="${CSS.escape(code)}"]`));
  if (!input) return;
  input.checked = true;
  input.focus();
}
