/** One article as it is read: what is published, what waits as a draft, and what can be done with it. */

import { cleaned, fill, h } from "../dom.js";
import { languageName } from "../words.js";
import { kb } from "./calls.js";
import { ask } from "./dialog.js";
import { AUDIENCES, date, mark, readerMarks, sourceMarks, when } from "./marks.js";
import { say } from "./notice.js";
import { publishDrafts, withdraw } from "./publish.js";
import { addressOf, go, refresh } from "./router.js";
import { forget, keyOf } from "./work.js";

/** @import {Article, Page, Version} from "./types.js" */

/** @param {string[]} parts @param {URLSearchParams} query @returns {Promise<Page>} */
export async function articlePage([slug = ""], query) {
  const article = await kb.article(slug, query.get("locale") ?? "en");
  const { published, draft, newest } = article;
  let shown = published ?? draft ?? newest;
  const text = h("div", { class: "article-text" });
  const facts = h("dl", { class: "facts" });
  const choices = [published, draft].filter((version) => version !== null);
  const buttons = choices.map((version) =>
    h(
      "button",
      { type: "button", class: "view", onclick: () => ((shown = version), draw()) },
      version.state === "draft" ? `Draft, version ${version.version}` : `Published, version ${version.version}`,
    ),
  );

  function draw() {
    buttons.forEach((button, index) => button.setAttribute("aria-pressed", String(choices[index] === shown)));
    const block = cleaned(shown.html);
    block.setAttribute("lang", shown.locale);
    fill(text, block);
    fill(facts, ...factsOf(shown));
  }

  draw();
  return {
    title: newest.title,
    content: [
      articleHead(article, ""),
      h("div", { class: "bar", role: "group", "aria-label": "Actions" }, ...actions(article)),
      buttons.length > 1 && h("div", { class: "states", role: "group", "aria-label": "Show" }, ...buttons),
      h("div", { class: "reading" }, text, h("aside", { "aria-label": "About this version" }, facts)),
    ],
  };
}

/**
 * The heading of every page of one article, with the way between them.
 *
 * @param {Article} article
 * @param {"" | "/edit" | "/history"} here
 */
export function articleHead(article, here) {
  const { newest, published, draft, source } = article;
  /** @type {["" | "/edit" | "/history", string][]} */
  const pages = [["", "Read"], ["/edit", "Edit"], ["/history", "History"]]; // prettier-ignore
  return h(
    "div",
    { class: "article-head" },
    h("h2", { dir: "auto" }, newest.title),
    h(
      "p",
      { class: "marks" },
      h("span", { class: "quiet" }, article.slug),
      published && mark("Published"),
      draft && mark("Draft", "draft"),
      !published && !draft && mark("Withdrawn", "off"),
      ...readerMarks(newest),
      ...sourceMarks(source),
    ),
    h(
      "nav",
      { class: "ways", "aria-label": "This article" },
      ...pages.map(([below, name]) =>
        h("a", { href: `#/${addressOf(article, below)}`, "aria-current": below === here ? "page" : null }, name),
      ),
    ),
  );
}

/** What the publish dialog needs to know of a draft. @param {Version} draft @param {Version | null} published */
export function ready(draft, published) {
  const { slug, locale, title, id, version } = draft;
  return { slug, locale, title, id, version, published: published?.version ?? null };
}

/**
 * Throw a draft away, on yes.
 *
 * @param {Version} draft
 * @returns {Promise<true | null>}
 */
export function discard({ slug, locale, title, version, fingerprint }) {
  return ask(
    {
      title: `Discard the draft of “${title}”?`,
      body: [h("p", {}, `What version ${version} says is lost. What is published stays as it is.`)],
      button: "Discard the draft",
      keep: "Keep it",
    },
    async () => {
      await kb.discardDraft(slug, locale, fingerprint);
      forget(keyOf(slug, locale));
      say("The draft is discarded.");
      return /** @type {const} */ (true);
    },
  );
}

/** @param {Article} article */
function actions(article) {
  const { published, draft } = article;
  return [
    draft && h("button", { type: "button", class: "primary", onclick: async () => (await publishDrafts([ready(draft, published)])) && refresh() }, "Publish…"),
    h("a", { class: "button", href: `#/${addressOf(article, "/edit")}` }, "Edit"),
    draft && h("button", { type: "button", onclick: async () => (await discard(draft)) && (published ? refresh() : go("articles")) }, "Discard draft…"),
    published && h("button", { type: "button", onclick: async () => (await withdraw(published)) && refresh() }, "Withdraw…"),
    h("a", { class: "button", href: `#/new?${new URLSearchParams({ slug: article.slug, locale: article.locale })}` }, "Add a language"),
  ];
}

/** @param {Version} version */
function factsOf(version) {
  const asked = Object.entries(version.questions);
  /** @type {[string, Node | string | null | undefined | false][]} */
  const facts = [
    ["Version", `${version.version}`],
    ["Written by", version.author],
    ["Saved", version.saved_at && when(version.saved_at)],
    ["Published", version.published_at && when(version.published_at)],
    ["Language", languageName(version.locale)],
    ["Who may read it", AUDIENCES[version.audience]],
    ["Tags", version.tags.join(", ")],
    ["Owner", version.owner],
    ["Review by", version.review_by && date(version.review_by)],
    ["Valid from", version.valid_from && date(version.valid_from)],
    ["Valid until", version.valid_until && date(version.valid_until)],
    [
      "Typical questions",
      asked.length > 0 &&
        h("ul", { class: "plain" }, ...asked.flatMap(([heading, all]) => all.map((question) => h("li", {}, question, heading && h("span", { class: "quiet" }, ` (${heading})`))))),
    ],
  ];
  return facts.flatMap(([name, value]) => (value ? [h("dt", {}, name), h("dd", {}, value)] : []));
}
