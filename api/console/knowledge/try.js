/** Trying the search out, so that an author sees what customers would be answered from. */

import { fill, h, link } from "../dom.js";
import { kb } from "./calls.js";
import { later } from "./dialog.js";
import { articleLink, readerMarks } from "./marks.js";
import { rename } from "./router.js";

/** @import {Audience, Found, Page, SearchResult} from "./types.js" */

/** @param {string[]} _ @param {URLSearchParams} query @returns {Page} */
export function tryPage(_, query) {
  const question = h("input", { id: "try-question", type: "search", value: query.get("q"), required: true, maxlength: 4000, dir: "auto", autocomplete: "off" });
  const audience = h(
    "select",
    { id: "try-audience" },
    ...Object.entries({ public: "a visitor", signed_in: "a signed-in customer", internal: "a colleague" }).map(([value, name]) =>
      h("option", { value, selected: value === query.get("audience") }, name),
    ),
  );
  const locale = h("input", { id: "try-locale", value: query.get("locale") ?? "en", size: 6, required: true, autocomplete: "off", spellcheck: "false" });
  const result = h("div", { class: "result", role: "region", "aria-label": "What is found", "aria-live": "polite" });
  const form = h(
    "form",
    { class: "try" },
    h("div", { class: "field wide" }, h("label", { for: "try-question" }, "Question, as a customer would ask it"), question),
    h("div", { class: "field" }, h("label", { for: "try-audience" }, "Asked by"), audience),
    h("div", { class: "field" }, h("label", { for: "try-locale" }, "Language"), locale),
    h("button", { class: "primary" }, "Search"),
  );

  function search() {
    const asked = /** @type {Audience} */ (audience.value);
    fill(result, later("Searching", async () => resultOf(await kb.search(question.value, asked, locale.value.trim()))).element);
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    rename(`search?${new URLSearchParams({ q: question.value, audience: audience.value, locale: locale.value.trim() })}`);
    search();
  });
  if (question.value) search();
  return {
    title: "Try the search",
    content: [
      h("div", { class: "page-head" }, h("h2", {}, "Try the search")),
      h("p", { class: "quiet" }, "Searches what is published, exactly as the AI does before it answers."),
      form,
      result,
    ],
  };
}

/** @param {SearchResult} result */
function resultOf({ confidence, good_enough, found }) {
  return [
    h(
      "p",
      { class: `verdict ${good_enough ? "good" : "error"}` },
      good_enough ? "The AI would answer from this. " : "The AI would not answer from this; it says that it does not know. ",
      h("span", { class: "quiet" }, `Confidence ${Math.round(confidence * 100)} %`),
    ),
    found.length ? h("ol", { class: "cards" }, ...found.map(card)) : h("p", { class: "quiet" }, "Nothing was found."),
  ];
}

/** @param {Found} found */
function card({ article, locale, version, title, heading, text, score, url, audience }) {
  return h(
    "li",
    { class: "card" },
    h("h3", {}, articleLink({ slug: article, locale }, title), heading && ` › ${heading}`),
    h(
      "p",
      { class: "marks" },
      h("span", { class: "quiet" }, `score ${score.toFixed(2)} · version ${version} · `, link(url, "as customers see it")),
      ...readerMarks({ locale, audience }),
    ),
    h("blockquote", { dir: "auto" }, text),
  );
}
