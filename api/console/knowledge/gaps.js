/** What customers asked and no article answers. */

import { h } from "../dom.js";
import { Problem } from "../http.js";
import { agoElement } from "../words.js";
import { kb } from "./calls.js";
import { articleLink, counted } from "./marks.js";
import { say } from "./notice.js";
import { addressOf, go, refresh } from "./router.js";

/** @import {Gap, Page} from "./types.js" */

/** @returns {Promise<Page>} */
export async function gapsPage() {
  const { items } = await kb.gaps();
  return {
    title: "Gaps",
    content: [
      h("div", { class: "page-head" }, h("h2", {}, "Gaps"), h("p", { class: "quiet" }, counted(items.length, "question"))),
      h("p", { class: "quiet" }, "Questions for which nothing good enough was found. Most asked first."),
      items.length ? h("ul", { class: "cards" }, ...items.map(card)) : h("p", { class: "nothing quiet" }, "Every question found an answer."),
    ],
  };
}

/** @param {Gap} gap */
function card(gap) {
  const { id, question, questions, conversations, last_at, reply, closest } = gap;
  const others = questions.filter((other) => other !== question);
  return h(
    "li",
    { class: "card" },
    h("h3", { dir: "auto" }, question),
    h(
      "p",
      { class: "quiet" },
      `${counted(conversations, "conversation")}, `,
      agoElement(last_at, "last ", " ago"),
      closest && " · closest: ",
      closest && articleLink({ slug: closest.article, locale: closest.locale }, closest.title),
    ),
    others.length > 0 &&
      h("details", {}, h("summary", {}, `Also asked as (${others.length})`), h("ul", { class: "plain" }, ...others.map((other) => h("li", { dir: "auto" }, other)))),
    reply && h("blockquote", { dir: "auto" }, reply.text, h("footer", { class: "quiet" }, `${reply.by} replied this`)),
    h(
      "div",
      { class: "bar" },
      h(
        "button",
        { type: "button", class: "primary", "aria-label": `Make a draft for: ${question}`, onclick: (/** @type {Event} */ event) => act(event, async () => go(addressOf(await kb.draftOfGap(id), "/edit"))) },
        "Make a draft",
      ),
      h(
        "button",
        { type: "button", "aria-label": `Not needed: ${question}`, onclick: (/** @type {Event} */ event) => act(event, () => dismiss(gap)) },
        "Not needed",
      ),
    ),
  );
}

/** @param {Gap} gap */
async function dismiss({ id, question }) {
  await kb.dismissGap(id);
  say(`“${question}” is off the list.`);
  await refresh();
}

/** @param {Event} event @param {() => Promise<unknown>} what */
async function act(event, what) {
  const button = /** @type {HTMLButtonElement} */ (event.currentTarget);
  button.disabled = true;
  try {
    await what();
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    say(problem.message, true);
  } finally {
    button.disabled = false;
  }
}
