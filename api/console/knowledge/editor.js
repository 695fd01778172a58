/** Writing an article: the draft, its preview, and saving it without overwriting anybody. */

import { fill, h } from "../dom.js";
import { Problem } from "../http.js";
import { clockTime } from "../words.js";
import { articleHead, discard, ready } from "./article.js";
import { kb } from "./calls.js";
import { conflictBox } from "./conflict.js";
import { articleForm } from "./form.js";
import { preview } from "./preview.js";
import { publishDrafts } from "./publish.js";
import { addressOf, go, refresh } from "./router.js";
import { forget, keep, keyOf, kept } from "./work.js";

/** @import {Article, Fields, Page, Version} from "./types.js" */

/** @type {Fields} */
const EMPTY = {
  title: "",
  body: "",
  locale: "en",
  audience: "public",
  tags: [],
  owner: null,
  review_by: null,
  valid_from: null,
  valid_until: null,
  questions: {},
};

/** @param {string[]} parts @param {URLSearchParams} query @returns {Promise<Page>} */
export async function editPage([slug = ""], query) {
  return editor(await kb.article(slug, query.get("locale") ?? "en"), slug);
}

/** A new article, or one in another language, which begins with what there is to translate. @param {string[]} _ @param {URLSearchParams} query @returns {Promise<Page>} */
export async function newPage(_, query) {
  const slug = query.get("slug") ?? "";
  if (!slug) return editor(null, "");
  const { newest } = await kb.article(slug, query.get("locale") ?? "en");
  return editor(null, slug, newest);
}

/** @param {Article | null} article null for a new one @param {string} slug @param {Version | null} [original] to translate @returns {Page} */
function editor(article, slug, original = null) {
  const newest = article?.newest ?? null;
  const key = newest ? keyOf(slug, newest.locale) : keyOf(slug, "new");
  const before = kept(key);
  // Typical questions go by the headings, which will be others.
  const begun = newest ? fieldsOf(newest) : original ? { ...fieldsOf(original), locale: "", questions: {} } : EMPTY;
  const heading = original ? `“${original.title}” in another language` : "New article";
  let base = before ? before.base : (newest?.fingerprint ?? null);
  let draft = article?.draft ?? null;
  let busy = false;

  const form = articleForm(before?.fields ?? begun, { slug: before?.slug ?? slug, fresh: !newest }, changed);
  let saved = JSON.stringify(before ? begun : form.read());
  const look = preview(form.setHeadings);
  const problem = h("p", { class: "error", role: "alert" });
  const standing = h("span", { class: "quiet", role: "status" });
  const conflict = h("div", { class: "conflict-box" });
  const save = h("button", { class: "primary" }, "Save draft");
  const publish = h("button", { type: "button", onclick: () => void saveAndPublish() }, "Publish…");
  const away = h("button", { type: "button", onclick: () => void discardDraft() }, "Discard draft…");
  const panes = h("div", { class: "panes", "data-pane": "write" }, form.text, look.element);
  const element = h("form", { class: "editor", novalidate: true }, form.title, paneButtons(panes), panes, form.details, form.questions);
  element.append(h("div", { class: "save-bar" }, problem, h("div", { class: "bar" }, save, publish, away, standing)));
  element.addEventListener("submit", (event) => {
    event.preventDefault();
    void store();
  });
  element.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "s" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault(); // the browser's own would save the page as a file
    void store();
  });

  function dirty() {
    return JSON.stringify(form.read()) !== saved;
  }

  function changed() {
    if (dirty()) keep(key, { base, slug: form.slug(), fields: form.read() });
    else forget(key);
    look.soon(form.body.value);
    draw();
  }

  function draw() {
    save.disabled = busy || !dirty();
    publish.disabled = busy || (!draft && !dirty());
    away.hidden = !draft;
    standing.textContent = busy
      ? "Saving …"
      : dirty()
        ? "Not saved yet"
        : draft
          ? `Draft, version ${draft.version}${draft.saved_at ? `, saved ${clockTime(draft.saved_at)}` : ""}`
          : newest
            ? "As it is published"
            : "";
  }

  /** Save what stands in the form. @returns {Promise<Version | null>} null if it could not be saved */
  async function store() {
    if (busy || !dirty()) return null;
    const fields = form.read();
    const name = newest ? slug : form.slug();
    problem.textContent = "";
    if (!name) return told([{ field: "slug", problem: "is missing" }]);
    if (!fields.locale) return told([{ field: "locale", problem: "is missing" }]);
    busy = true;
    draw();
    try {
      draft = await kb.saveDraft(name, base, fields);
      base = draft.fingerprint;
      saved = JSON.stringify(fields);
      form.showProblems([]);
      fill(conflict);
      if (dirty()) keep(key, { base, slug: name, fields: form.read() }); // typed on while it was saved
      else forget(key);
      if (!newest) go(addressOf(draft, "/edit"));
      return draft;
    } catch (failure) {
      if (!(failure instanceof Problem)) throw failure;
      if (failure.status === 409 && !newest) return told([{ field: "slug", problem: "is taken in this language. Choose another." }]);
      if (failure.status === 409) return ask(failure.now ?? null);
      return told(failure.errors, failure.message);
    } finally {
      busy = false;
      draw();
    }
  }

  /** @param {{field: string, problem: string}[]} errors @param {string} [message] */
  function told(errors, message) {
    const elsewhere = form.showProblems(errors);
    problem.textContent = !errors.length ? (message ?? "") : ["Not saved.", ...elsewhere].join(" ");
    return null;
  }

  /** Somebody else was first: the person decides. @param {Version | null} now */
  function ask(now) {
    /** Go on from what it says now, so that the next save is no conflict. */
    const rebase = () => {
      base = now?.fingerprint ?? null;
      draft = now?.state === "draft" ? now : null;
      if (dirty()) keep(key, { base, slug, fields: form.read() });
    };
    const box = conflictBox(now, form.read(), {
      mine: () => (rebase(), void store()),
      further: () => {
        rebase();
        box.querySelector(".choices")?.remove();
        form.body.focus();
      },
      theirs: () => {
        if (!confirm("What you typed is then gone. Drop it?")) return;
        forget(key);
        saved = JSON.stringify(form.read());
        if (now) void refresh();
        else go("articles");
      },
    });
    fill(conflict, box);
    box.focus();
    box.scrollIntoView({ block: "start" });
    return null;
  }

  async function saveAndPublish() {
    const version = dirty() ? await store() : draft;
    if (!version) return;
    if (!(await publishDrafts([ready(version, article?.published ?? null)]))) return;
    go(addressOf(version));
  }

  async function discardDraft() {
    if (!draft || !(await discard(draft))) return;
    saved = JSON.stringify(form.read());
    go(article?.published ? addressOf(draft) : "articles");
  }

  void look.draw(form.body.value);
  draw();
  return {
    title: newest ? `Edit: ${newest.title}` : heading,
    content: [
      article ? articleHead(article, "/edit") : h("div", { class: "page-head" }, h("h2", {}, heading)),
      before && broughtBack(() => (forget(key), (saved = JSON.stringify(form.read())), void refresh())),
      conflict,
      element,
    ],
    unsaved: dirty,
    gone: look.stop,
  };
}

/** @param {() => void} drop */
function broughtBack(drop) {
  return h(
    "p",
    { class: "hint", role: "status" },
    "What you typed before is here again. It is not saved yet. ",
    h("button", { type: "button", onclick: () => confirm("What you typed is then gone. Drop it?") && drop() }, "Drop it"),
  );
}

/** On a narrow screen text and preview take turns. @param {HTMLElement} panes */
function paneButtons(panes) {
  const buttons = /** @type {const} */ ([["write", "Write"], ["preview", "Preview"]]).map(([pane, name]) =>
    h("button", { type: "button", class: "view", "aria-pressed": String(pane === "write"), "data-pane": pane, onclick: () => choose(pane) }, name),
  );
  /** @param {string} pane */
  function choose(pane) {
    panes.dataset["pane"] = pane;
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset["pane"] === pane));
  }
  return h("div", { class: "states pane-buttons", role: "group", "aria-label": "Text or preview" }, ...buttons);
}

/** @param {Version} version @returns {Fields} */
function fieldsOf(version) {
  const { title, body, locale, audience, tags, owner, review_by, valid_from, valid_until, questions } = version;
  return { title, body, locale, audience, tags, owner, review_by, valid_from, valid_until, questions };
}
