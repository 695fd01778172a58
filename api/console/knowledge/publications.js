/** What was published when, and by whom: the newest first. */

import { h } from "../dom.js";
import { kb } from "./calls.js";
import { articleLink, changeWords, counted, when } from "./marks.js";

/** @import {Page, Publication} from "./types.js" */

/** @returns {Promise<Page>} */
export async function publicationsPage() {
  const { items } = await kb.publications();
  return {
    title: "Publications",
    content: [
      h("div", { class: "page-head" }, h("h2", {}, "Publications")),
      items.length ? h("ol", { class: "cards", reversed: true }, ...items.map(card)) : h("p", { class: "nothing quiet" }, "Nothing is published yet."),
    ],
  };
}

/** @param {Publication} publication */
function card({ number, at, by, note, changes }) {
  const list = h("ul", { class: "plain" }, ...changes.map((change) => h("li", {}, articleLink(change, changeWords(change)))));
  return h(
    "li",
    { class: "card" },
    h("h3", {}, `Publication ${number}`),
    h("p", { class: "quiet" }, by && `by ${by}, `, when(at)),
    note && h("p", { dir: "auto" }, note),
    changes.length > 3 ? h("details", {}, h("summary", {}, counted(changes.length, "article")), list) : list,
  );
}
