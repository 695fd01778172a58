/** Every article: found by words and by state, and its drafts chosen for publishing. */

import { h } from "../dom.js";
import { kb } from "./calls.js";
import { articleLink, counted, mark, readerMarks, sourceMarks, when } from "./marks.js";
import { publishDrafts } from "./publish.js";
import { refresh, rename } from "./router.js";

/** @import {ArticleOverview, Page} from "./types.js" */

/** @type {[string, string, (article: ArticleOverview) => unknown][]} */
const STATES = [
  ["all", "All", () => true],
  ["published", "Published", (article) => article.published],
  ["draft", "With draft", (article) => article.draft],
  ["withdrawn", "Withdrawn", (article) => !article.published && article.state === "archived"],
  ["review", "Past review", (article) => article.past_review],
  ["gone", "Source gone", (article) => article.source?.missing_since],
];

/** Words as they are compared: without case and accents. @param {string} text */
const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** @param {string[]} _ @param {URLSearchParams} query @returns {Promise<Page>} */
export async function articlesPage(_, query) {
  const { items } = await kb.articles();
  const search = h("input", { type: "search", id: "find", value: query.get("q"), autocomplete: "off", oninput: () => find() });
  let state = STATES.some(([name]) => name === query.get("state")) ? (query.get("state") ?? "all") : "all";
  /** Ids of the drafts that are chosen. @type {Set<string>} */
  const chosen = new Set();

  // Every row is made once; finding only hides and shows, which keeps a thousand articles quick.
  const rows = items.map((article) => ({
    article,
    words: folded([article.title, article.slug, ...article.tags].join(" ")),
    element: row(article, chosen, () => draw()),
  }));
  const list = h("ul", { class: "articles" }, ...rows.map((one) => one.element));
  const count = h("p", { class: "quiet", role: "status" });
  const empty = h("p", { class: "quiet nothing" });
  const buttons = STATES.map(([name, label, fits]) =>
    h(
      "button",
      { type: "button", class: "view", "data-state": name, onclick: () => ((state = name), find()) },
      label,
      h("span", { class: "count" }, items.filter(fits).length.toLocaleString("en-GB")),
    ),
  );
  const publish = h("button", { type: "button", class: "primary", onclick: () => void publishChosen() });
  const all = h("button", { type: "button", onclick: () => choose(true) }, "Choose all drafts shown");
  const none = h("button", { type: "button", onclick: () => choose(false) }, "Choose none");
  const bar = h("div", { class: "bar", role: "group", "aria-label": "Drafts" }, publish, all, none);

  function draw() {
    const wanted = folded(search.value).split(/\s+/).filter(Boolean);
    const fits = STATES.find(([name]) => name === state)?.[2] ?? (() => true);
    let shown = 0;
    let drafts = 0;
    for (const { article, words, element } of rows) {
      const hit = Boolean(fits(article)) && wanted.every((word) => words.includes(word));
      element.hidden = !hit;
      shown += Number(hit);
      drafts += Number(hit && article.draft !== null);
    }
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset["state"] === state));
    count.textContent = shown === items.length ? counted(shown, "article") : `${shown.toLocaleString("en-GB")} of ${counted(items.length, "article")}`;
    empty.textContent = items.length ? "No article fits." : "There is no article yet. Write one, or import what you have.";
    empty.hidden = shown > 0;
    bar.hidden = !items.some((article) => article.draft);
    publish.textContent = chosen.size ? `Publish ${counted(chosen.size, "draft")}…` : "Publish…";
    publish.disabled = !chosen.size;
    all.disabled = !drafts;
    none.disabled = !chosen.size;
  }

  function find() {
    draw();
    const kept = new URLSearchParams({ ...(search.value && { q: search.value }), ...(state !== "all" && { state }) });
    rename(`articles${kept.size ? `?${kept}` : ""}`);
  }

  /** @param {boolean} on */
  function choose(on) {
    for (const { article, element } of rows) {
      const box = element.querySelector("input");
      if (!box || !article.draft || (on && element.hidden)) continue;
      box.checked = on;
      if (on) chosen.add(article.draft.id);
      else chosen.delete(article.draft.id);
    }
    draw();
  }

  async function publishChosen() {
    const drafts = items.flatMap(({ slug, locale, title, draft, published }) =>
      draft && chosen.has(draft.id)
        ? [{ slug, locale, title, id: draft.id, version: draft.version, published: published?.version ?? null }]
        : [],
    );
    if (await publishDrafts(drafts)) await refresh();
  }

  draw();
  return {
    title: "Articles",
    content: [
      h("div", { class: "page-head" }, h("h2", {}, "Articles"), count, h("a", { class: "button", href: "#/new" }, "New article")),
      h("div", { class: "find" }, h("label", { for: "find" }, "Find by title, short name or tag"), search),
      h("div", { class: "states", role: "group", "aria-label": "Show" }, ...buttons),
      bar,
      list,
      empty,
    ],
  };
}

/**
 * @param {ArticleOverview} article
 * @param {Set<string>} chosen
 * @param {() => void} changed
 */
function row(article, chosen, changed) {
  const { draft, published } = article;
  const box =
    draft &&
    h("input", {
      type: "checkbox",
      "aria-label": `Choose the draft of ${article.title}`,
      onchange: (/** @type {Event} */ event) => {
        const { checked } = /** @type {HTMLInputElement} */ (event.currentTarget);
        if (checked) chosen.add(draft.id);
        else chosen.delete(draft.id);
        changed();
      },
    });
  return h(
    "li",
    { class: "article-row" },
    h("span", { class: "choose" }, box),
    h(
      "div",
      { class: "article-words" },
      h(
        "p",
        { class: "article-title" },
        articleLink(article, article.title),
        draft && mark("Draft", "draft"),
        !published && !draft && mark("Withdrawn", "off"),
        article.past_review && mark("Past review", "bad"),
        ...readerMarks(article),
        ...sourceMarks(article.source),
      ),
      h(
        "p",
        { class: "quiet" },
        article.slug,
        published && ` · version ${published.version}, published `,
        published?.published_at && when(published.published_at, false),
        draft && ` · draft${draft.author ? ` by ${draft.author}` : ""}`,
        draft?.saved_at && ", saved ",
        draft?.saved_at && when(draft.saved_at, false),
        article.tags.length > 0 && ` · ${article.tags.join(", ")}`,
      ),
    ),
  );
}
