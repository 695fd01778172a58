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
  const names = [...new Set(items.map(({ root }) => root))];
  return {
    title: "Import",
    content: [
      h("div", { class: "page-head" }, h("h2", {}, "Import")),
      h("p", { class: "quiet" }, "What is new or has changed becomes a draft, for you to read and publish. What somebody edited here is never overwritten."),
      h("div", { class: "two" }, folderForm(names), filesForm(names), pagesForm(names)),
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

/** @param {string[]} names under which was imported before */
function folderForm(names) {
  const folder = h("input", { type: "file", id: "import-folder", webkitdirectory: true, required: true });
  return startForm({
    title: "A folder",
    id: "import-folder",
    field: folder,
    label: "Folder, for example of a help centre that you had before",
    hint: "What is gone from the folder since its last import is reported too.",
    suggest: () => folder.files?.[0]?.webkitRelativePath.split("/")[0] ?? "",
    names,
    start: (root) => kb.importFiles(formOf([...(folder.files ?? [])].filter(worthReading), root, true)),
  });
}

/** @param {string[]} names */
function filesForm(names) {
  const files = h("input", { type: "file", id: "import-files", multiple: true, required: true });
  return startForm({
    title: "Files",
    id: "import-files",
    field: files,
    label: "Files: Markdown, HTML, PDF, DOCX, CSV or text",
    hint: "Files that you leave out stay as they were.",
    suggest: () => (files.files?.length ? "uploads" : ""),
    names,
    start: (root) => kb.importFiles(formOf([...(files.files ?? [])], root, false)),
  });
}

/** @param {string[]} names */
function pagesForm(names) {
  const urls = h("textarea", { id: "import-urls", rows: 2, required: true, spellcheck: "false" });
  const lines = () => urls.value.split(/\s+/).filter(Boolean);
  return startForm({
    title: "Web pages",
    id: "import-urls",
    field: urls,
    label: "Addresses, one to a line, or one of a sitemap",
    hint: "Of a sitemap, what is gone from it is reported too.",
    suggest: () => URL.parse(lines()[0] ?? "")?.hostname ?? "",
    names,
    start: (root) => kb.importPages(lines(), root),
  });
}

/** Whether a file of a folder may be an article: neither hidden nor of those that only lie beside articles. @param {File} file */
function worthReading({ webkitRelativePath }) {
  return !/(^|\/)\.|\.(avif|bmp|css|gif|ico|jpe?g|js|json|mp[34]|png|svg|webp|woff2?|xml|ya?ml|zip)$/i.test(webkitRelativePath);
}

/** @param {File[]} files @param {string} root @param {boolean} complete whether these are all files of the source */
function formOf(files, root, complete) {
  const form = new FormData();
  for (const file of files) form.append("files", file, file.name);
  form.append("root", root);
  form.append("complete", String(complete));
  return form;
}

/**
 * @typedef {object} Way one way of bringing articles in
 * @property {string} title
 * @property {string} id of its field
 * @property {HTMLInputElement | HTMLTextAreaElement} field what to import
 * @property {string} label of the field
 * @property {string} hint
 * @property {() => string} suggest a name for what stands in the field
 * @property {string[]} names those of earlier imports
 * @property {(root: string) => Promise<ImportRun>} start
 */

/** @param {Way} way */
function startForm({ title, id, field, label, hint, suggest, names, start }) {
  const root = h("input", { id: `${id}-root`, required: true, maxlength: 200, autocomplete: "off", list: `${id}-names`, "aria-describedby": `${id}-hint` });
  const error = h("p", { class: "error", role: "alert" });
  const button = h("button", { class: "primary" }, `Import ${title.toLowerCase()}`);
  const form = h(
    "form",
    { class: "card field" },
    h("h3", {}, title),
    h("label", { for: id }, label),
    field,
    h("label", { for: root.id }, "Remember as"),
    root,
    h("datalist", { id: `${id}-names` }, ...names.map((name) => h("option", { value: name }))),
    h("p", { class: "quiet", id: `${id}-hint` }, `The next import under this name is compared with this one, and only what has changed becomes a draft. ${hint}`),
    error,
    h("div", { class: "bar" }, button),
  );
  let own = false;
  root.addEventListener("input", () => (own = Boolean(root.value)));
  field.addEventListener("input", () => own || (root.value = suggest()));
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
