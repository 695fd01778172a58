/** The check of all articles against each other, run when somebody asks for it. */

import { fill, h } from "../dom.js";
import { kb } from "./calls.js";
import { later } from "./dialog.js";
import { findingsBox } from "./findings.js";
import { counted } from "./marks.js";

/** @import {Page} from "./types.js" */

/** @returns {Page} */
export function checkPage() {
  const result = h("div", { class: "result" });
  const standing = h("p", { class: "unseen", role: "status" });
  const run = h("button", { type: "button", class: "primary", onclick: () => void check() }, "Check now");

  async function check() {
    run.disabled = true;
    standing.textContent = "Checking";
    const answer = later("Reading every article against every other. This can take a minute", async () => {
      const { findings, articles } = await kb.check();
      const words = findings.length ? `${counted(findings.length, "finding")} in ${counted(articles, "article")}.` : `${counted(articles, "article")} read. Nothing found.`;
      standing.textContent = words;
      return [h("p", { class: findings.length ? "" : "good" }, words), ...findingsBox(findings)];
    });
    fill(result, answer.element);
    await answer.settled;
    run.disabled = false;
    run.textContent = "Check again";
  }

  return {
    title: "Check",
    content: [
      h("div", { class: "page-head" }, h("h2", {}, "Check"), run),
      h(
        "p",
        { class: "quiet" },
        "Reads what is published: passages that speak against each other or say the same twice, dead links, articles past their review or linked from nowhere, and text that cannot be read well.",
      ),
      standing,
      result,
    ],
  };
}
