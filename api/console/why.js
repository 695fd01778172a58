/** The question under an answer of the AI; its record is fetched, with the script that tells it, when somebody asks. */

import { fill, h } from "./dom.js";
import { Problem, desk } from "./http.js";

/** The question under an answer of the AI. @param {string} messageId */
export function why(messageId) {
  const answer = h("div", { class: "why-answer" });
  let asked = false;
  const details = h("details", { class: "why" }, h("summary", {}, "Why did it say that?"), answer);
  details.addEventListener("toggle", () => {
    if (!details.open || asked) return;
    asked = true;
    fill(answer, h("p", { class: "quiet" }, "Loading…"));
    Promise.all([desk.turn(messageId), import("./turn_record.js")]).then(
      ([turn, { told }]) => {
        fill(answer, ...told(turn));
        details.scrollIntoView({ block: "nearest" });
      },
      (problem) => {
        if (!(problem instanceof Problem)) throw problem;
        asked = false;
        fill(answer, h("p", { class: "error" }, problem.message));
      },
    );
  });
  return details;
}
