/** The last look before customers are answered from something else: publishing, withdrawing, going back. */

import { h, link } from "../dom.js";
import { kb } from "./calls.js";
import { ask, later } from "./dialog.js";
import { differenceBox } from "./difference.js";
import { findingsBox } from "./findings.js";
import { counted, date, publicationWords } from "./marks.js";
import { say } from "./notice.js";

/** @import {Publication, Version} from "./types.js" */

/** A draft with the number of the version that it takes the place of. @typedef {{slug: string, locale: string, title: string, id: string, version: number, published: number | null}} Ready */

/** Above this many, each difference waits until it is asked for. */
const OPEN_AT_ONCE = 2;
const NOTE = "Note for your colleagues (optional)";

/** Show what publishing these drafts changes, and do it on yes. @param {Ready[]} drafts @returns {Promise<Publication | null>} */
export function publishDrafts(drafts) {
  // Beside the button, for the warnings themselves may stand below what can be seen.
  const standing = h("p", { class: "error", role: "status" });
  const warnings = later("Comparing with the other articles", async () => {
    const { findings } = await kb.warnings(drafts.map((draft) => draft.id));
    if (!findings.length) return [h("p", { class: "good" }, "No contradiction, duplicate or dead link found.")];
    standing.textContent = `${counted(findings.length, "warning")}, see above. You may publish all the same.`;
    return findingsBox(findings, "h4");
  });
  const one = drafts.length === 1 ? drafts[0] : null;
  const few = drafts.length <= OPEN_AT_ONCE;
  const warned = h("section", {}, h("h3", {}, "Warnings"), warnings.element);
  /** @type {Record<string, string>} */
  const seen = {};
  return told(
    ask(
      {
        title: one ? `Publish “${one.title}”?` : `Publish ${counted(drafts.length, "draft")}?`,
        body: [
          !few && warned, // below a long list nobody would see them
          ...drafts.map((draft) => changesOf(draft, few, seen)),
          few && warned,
        ],
        button: one ? "Publish" : `Publish ${drafts.length}`,
        keep: "Not yet",
        note: NOTE,
        standing,
        first: warnings.settled,
      },
      (note) => kb.publish(drafts.map((draft) => draft.id), [], note, seen),
    ),
  );
}

/** Take an article away from customers, on yes. @param {Version} published @returns {Promise<Publication | null>} */
export function withdraw({ slug, locale, title, version }) {
  return told(
    ask(
      {
        title: `Withdraw “${title}”?`,
        body: [
          h("p", {}, "Nobody is answered from it any more. Its versions stay readable here, and where answers cite them."),
          usesOf(slug, locale, version + 1, "it"),
        ],
        button: "Withdraw",
        keep: "Keep it",
        note: NOTE,
      },
      (note) => kb.publish([], [{ slug, locale }], note),
    ),
  );
}

/**
 * Publish an earlier version again, on yes.
 *
 * @param {{slug: string, title: string, version: number}} old
 * @param {number | null} now the version that is published
 * @returns {Promise<Publication | null>}
 */
export function rollBack({ slug, title, version }, now) {
  const change = now === null ? null : later("What changes", async () => [differenceBox(await kb.difference(slug, now, version))]);
  return told(
    ask(
      {
        title: `Publish version ${version} of “${title}” again?`,
        body: [h("p", {}, "It becomes a new version with the same words. Nothing is deleted."), ...(change ? [change.element] : [])],
        button: "Publish it again",
        keep: "Leave it",
      },
      () => kb.rollBack(slug, version),
    ),
  );
}

/** @param {Promise<Publication | null>} answer */
async function told(answer) {
  const publication = await answer;
  if (publication) say(publicationWords(publication));
  return publication;
}

/** @param {Ready} draft @param {boolean} open @param {Record<string, string>} seen fingerprints of what was shown, by id */
function changesOf({ id, slug, locale, title, version, published }, open, seen) {
  const about = published === null ? "new" : `version ${published} becomes ${version}`;
  const load = () =>
    later("What changes", async () => {
      if (published !== null) {
        const difference = await kb.difference(slug, published, version);
        seen[id] = difference.to.fingerprint;
        return [differenceBox(difference), usesOf(slug, locale, version, "an earlier version")];
      }
      const { draft } = await kb.article(slug, locale);
      if (draft) seen[id] = draft.fingerprint;
      return [h("p", { class: "diff-text", dir: "auto" }, h("ins", {}, draft?.body ?? ""))];
    }).element;
  const details = h("details", { open, class: "changes" }, h("summary", {}, `${title} `, h("span", { class: "quiet" }, about)));
  if (open) details.append(load());
  else details.addEventListener("toggle", () => details.append(load()), { once: true });
  return details;
}

/** Who was answered from versions before that one. @param {string} slug @param {string} locale @param {number} before @param {string} what they are called */
function usesOf(slug, locale, before, what) {
  return later("Who was answered from it", async () => {
    const { conversations, conversations_total: all, cases } = await kb.uses(slug, locale, before);
    return [
      uses(
        conversations.length
          ? `${counted(all, "conversation")} in the last 30 days ${all === 1 ? "was" : "were"} answered from ${what}${all > conversations.length ? ` (the newest ${conversations.length} are listed)` : ""}`
          : `Nobody was answered from ${what} in the last 30 days`,
        conversations.map(({ id, case_number, version, cited_at, question }) =>
          h("li", {}, link(`/console#${id}`, case_number), ` ${date(cited_at)}, version ${version}`, question && `: ${question}`),
        ),
      ),
      cases.length > 0 &&
        uses(`${counted(cases.length, "test case")} ${cases.length === 1 ? "rests" : "rest"} on this article`, cases.map(({ suite, id, question }) => h("li", {}, `${suite} ${id}: ${question}`))),
    ];
  }).element;
}

/** @param {string} words @param {HTMLLIElement[]} lines */
function uses(words, lines) {
  if (!lines.length) return h("p", { class: "quiet" }, `${words}.`);
  return h("details", { class: "uses" }, h("summary", {}, words), h("ul", { class: "plain" }, ...lines));
}
