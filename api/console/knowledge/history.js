/** The versions of an article: who wrote what and when, what changed between any two, and the way back to one. */

import { fill, h } from "../dom.js";
import { articleHead } from "./article.js";
import { kb } from "./calls.js";
import { later } from "./dialog.js";
import { differenceBox } from "./difference.js";
import { mark, when } from "./marks.js";
import { rollBack } from "./publish.js";
import { addressOf, refresh, rename } from "./router.js";

/** @import {Article, Page, VersionSummary} from "./types.js" */

/** @type {Record<string, string>} */
const STATES = { draft: "Draft", published: "Published", archived: "Archived" };

/** @param {string[]} parts @param {URLSearchParams} query @returns {Promise<Page>} */
export async function historyPage([slug = ""], query) {
  const article = await kb.article(slug, query.get("locale") ?? "en");
  const { versions } = article;
  const numbers = versions.map(({ version }) => version);
  const from = versionChoice("compare-from", versions, Number(query.get("from")) || (numbers[1] ?? numbers[0]));
  const to = versionChoice("compare-to", versions, Number(query.get("to")) || numbers[0]);
  const result = h("div", { role: "region", "aria-label": "Difference", tabindex: -1 });

  function compare() {
    fill(result, later("What changed", async () => [differenceBox(await kb.difference(slug, Number(from.value), Number(to.value)))]).element);
  }

  function choose() {
    const address = addressOf(article, "/history");
    rename(`${address}${address.includes("?") ? "&" : "?"}from=${from.value}&to=${to.value}`);
    compare();
  }

  /** @param {number} older @param {number} newer */
  function show(older, newer) {
    from.value = String(older);
    to.value = String(newer);
    choose();
    result.focus();
    result.scrollIntoView({ block: "nearest" });
  }

  from.addEventListener("change", choose);
  to.addEventListener("change", choose);
  if (versions.length > 1) compare();
  return {
    title: `History: ${article.newest.title}`,
    content: [
      articleHead(article, "/history"),
      h("ol", { class: "versions", reversed: true }, ...versions.map((version, index) => row(article, version, versions[index + 1], show))),
      versions.length > 1 &&
        h(
          "section",
          { class: "compare" },
          h("h3", {}, "What changed"),
          h("p", { class: "bar" }, h("label", { for: "compare-from" }, "From"), from, h("label", { for: "compare-to" }, "to"), to),
          result,
        ),
    ],
  };
}

/** @param {string} id @param {VersionSummary[]} versions @param {number | undefined} chosen */
function versionChoice(id, versions, chosen) {
  return h(
    "select",
    { id },
    ...versions.map(({ version, state }) =>
      h("option", { value: version, selected: version === chosen }, `version ${version}${state === "archived" ? "" : `, ${STATES[state]?.toLowerCase()}`}`),
    ),
  );
}

/**
 * @param {Article} article
 * @param {VersionSummary} version
 * @param {VersionSummary | undefined} older the one before it
 * @param {(older: number, newer: number) => void} show
 */
function row(article, version, older, show) {
  const { published, draft } = article;
  const again = version.state === "archived" && !draft;
  return h(
    "li",
    { class: "version-row" },
    h(
      "p",
      {},
      h("strong", {}, `Version ${version.version}`),
      " ",
      mark(STATES[version.state] ?? version.state, version.state === "draft" ? "draft" : version.state === "archived" ? "off" : ""),
      h(
        "span",
        { class: "quiet" },
        version.author && ` by ${version.author}`,
        version.saved_at && ", saved ",
        version.saved_at && when(version.saved_at),
        version.published_at && ", published ",
        version.published_at && when(version.published_at),
      ),
    ),
    h(
      "div",
      { class: "bar" },
      older &&
        h(
          "button",
          { type: "button", "aria-label": `What version ${version.version} changed`, onclick: () => show(older.version, version.version) },
          "What it changed",
        ),
      again &&
        h(
          "button",
          {
            type: "button",
            "aria-label": `Publish version ${version.version} again`,
            onclick: async () => (await rollBack(version, published?.version ?? null)) && refresh(),
          },
          "Publish this version again…",
        ),
      version.state === "archived" && draft && h("span", { class: "quiet" }, "Publish or discard the draft before going back."),
    ),
  );
}
