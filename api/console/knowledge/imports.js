/** Bringing in articles from files or web pages. They become drafts; nothing is published by it. */

import { fill, h } from "../dom.js";
import { Problem } from "../http.js";
import { kb } from "./calls.js";
import { articleLink, counted, nameWords, when } from "./marks.js";
import { go } from "./router.js";

/** @import {ImportReport, ImportRun, Page} from "./types.js" */

/** Milliseconds between two looks at a running import. */
const LOOK_AGAIN = 1000;

/** @returns {Promise<Page>} */
export async function importPage() {
  const { items } = await kb.imports();
  return {
    title: "Import",
    content: [
      h("div", { class: "page-head" }, h("h2", {}, "Import")),
      h("p", { class: "quiet" }, "What is new or has changed becomes a draft. What somebody edited here is never overwritten."),
      h("div", { class: "two" }, filesForm(), pagesForm()),
      items.length > 0 && h("section", {}, h("h3", {}, "Earlier imports"), h("ul", { class: "lines" }, ...items.map(line))),
    ],
  };
}

/** @param {string[]} parts @returns {Promise<Page>} */
export async function importRunPage([id = ""]) {
  let run = await kb.importRun(id);
  let timer = 0;
  const standing = h("p", { role: "status" });
  const bar = h("progress", { "aria-label": "Progress" });
  const result = h("div", { class: "result" });

  function draw() {
    bar.hidden = Boolean(run.finished_at);
    if (run.total) Object.assign(bar, { max: run.total, value: run.done });
    else bar.removeAttribute("value");
    const words = standingWords(run);
    if (standing.textContent !== words) standing.textContent = words;
    standing.className = run.failure ? "error" : "";
    if (run.finished_at) fill(result, ...(run.report ? reportOf(run.report) : []));
    else timer = setTimeout(() => void look(), LOOK_AGAIN);
  }

  async function look() {
    try {
      run = await kb.importRun(id);
      draw();
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      standing.textContent = `${problem.message} Looking again …`;
      timer = setTimeout(() => void look(), 5 * LOOK_AGAIN);
    }
  }

  draw();
  return {
    title: `Import of ${run.root}`,
    content: [
      h(
        "div",
        { class: "page-head" },
        h("h2", {}, `Import of ${run.root}`),
        h("p", { class: "quiet" }, run.by && `by ${run.by}, `, when(run.started_at)),
        h("a", { class: "button", href: "#/import" }, "All imports"),
      ),
      standing,
      bar,
      result,
    ],
    gone: () => clearTimeout(timer),
  };
}

/** @param {ImportRun} run */
function standingWords({ done, total, finished_at, failure }) {
  if (failure) return `It was broken off: ${failure}`;
  if (finished_at) return "Finished.";
  return total ? `${done} of ${total} read` : "Beginning …";
}

/** @param {ImportReport} report */
function reportOf(report) {
  return [
    h("p", {}, `${counted(report.new.length, "new article")}, ${report.changed.length} changed, ${report.unchanged} as they were.`),
    report.drafts.length > 0 && h("p", {}, h("a", { class: "button", href: "#/articles?state=draft" }, `See ${counted(report.drafts.length, "draft")}`)),
    names("New", report.new),
    names("Changed", report.changed),
    report.missing.length > 0 && h("p", { class: "quiet" }, "These are gone from the source. Their articles stay until a person withdraws them."),
    names("Gone from the source", report.missing),
    report.not_taken.length > 0 &&
      h(
        "section",
        {},
        h("h3", {}, `Not taken (${report.not_taken.length})`),
        h("ul", { class: "lines" }, ...report.not_taken.map(({ path, why }) => h("li", {}, h("strong", {}, path), h("span", {}, why)))),
      ),
  ];
}

/** @param {string} name @param {{slug: string, locale: string}[]} articles */
function names(name, articles) {
  if (!articles.length) return null;
  return h(
    "details",
    {},
    h("summary", {}, `${name} (${articles.length})`),
    h("ul", { class: "plain" }, ...articles.map((article) => h("li", {}, articleLink(article, nameWords(article))))),
  );
}

/** @param {ImportRun} run */
function line(run) {
  const { root, by, started_at, finished_at, failure, report } = run;
  const end = failure ? "broken off" : !finished_at ? "running" : report ? `${counted(report.drafts.length, "draft")}, ${report.not_taken.length} not taken` : "";
  return h(
    "li",
    {},
    h("a", { href: `#/import/${encodeURIComponent(run.id)}` }, root),
    h("span", { class: "quiet" }, when(started_at), by && `, ${by}`, end && `, ${end}`),
  );
}

function filesForm() {
  const files = h("input", { type: "file", name: "files", id: "import-files", multiple: true, required: true });
  return startForm("Files", "import-file-root", [h("label", { for: "import-files" }, "Files, for example from a help centre that you had before"), files], (root) => {
    const form = new FormData();
    for (const file of files.files ?? []) form.append("files", file);
    form.append("root", root);
    return kb.importFiles(form);
  });
}

function pagesForm() {
  const urls = h("textarea", { id: "import-urls", rows: 4, required: true, spellcheck: "false" });
  return startForm("Web pages", "import-page-root", [h("label", { for: "import-urls" }, "Addresses, one to a line"), urls], (root) =>
    kb.importPages(urls.value.split(/\s+/).filter(Boolean), root),
  );
}

/**
 * @param {string} title
 * @param {string} id of the field for the source's name
 * @param {Node[]} fields
 * @param {(root: string) => Promise<ImportRun>} start
 */
function startForm(title, id, fields, start) {
  const root = h("input", { id, required: true, autocomplete: "off", "aria-describedby": `${id}-hint` });
  const error = h("p", { class: "error", role: "alert" });
  const button = h("button", { class: "primary" }, `Import ${title.toLowerCase()}`);
  const form = h(
    "form",
    { class: "card field" },
    h("h3", {}, title),
    ...fields,
    h("label", { for: id }, "Name of the source"),
    root,
    h("p", { class: "quiet", id: `${id}-hint` }, "Take the same name next time: what has changed or is gone is found by it."),
    error,
    h("div", { class: "bar" }, button),
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    error.textContent = "";
    button.disabled = true;
    try {
      go(`import/${encodeURIComponent((await start(root.value.trim())).id)}`);
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      error.textContent = problem.message;
    } finally {
      button.disabled = false;
    }
  });
  return form;
}
