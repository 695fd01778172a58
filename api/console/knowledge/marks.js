/** How articles and their states are put into words and marks. A mark says all in words; colour only helps. */

import { h } from "../dom.js";
import { clockTime, fullTime, languageName } from "../words.js";
import { addressOf } from "./router.js";

/** @import {Change, Publication, Source} from "./types.js" */

/** @type {Record<string, string>} */
export const AUDIENCES = { public: "Everyone", signed_in: "Signed-in customers", internal: "Colleagues only" };

/** @type {Record<string, string>} */
const FIELD_NAMES = {
  title: "Title",
  body: "Text",
  slug: "Short name",
  locale: "Language",
  audience: "Who may read it",
  tags: "Tags",
  owner: "Owner",
  review_by: "Review by",
  valid_from: "Valid from",
  valid_until: "Valid until",
  questions: "Typical questions",
};

/** @param {string} name */
export function fieldName(name) {
  return FIELD_NAMES[name] ?? name;
}

/** A day as people write it: "3 November 2026". @param {string} iso a day or a time */
export function date(iso) {
  return new Date(iso).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric" });
}

/** @param {string} iso @param {boolean} [clock] whether the day alone does not tell it from others */
export function when(iso, clock = true) {
  return h("time", { datetime: iso, title: fullTime(iso) }, clock ? `${date(iso)}, ${clockTime(iso)}` : date(iso));
}

/** @param {number} count @param {string} one @param {string} [many] */
export function counted(count, one, many = `${one}s`) {
  return `${count.toLocaleString("en-GB")} ${count === 1 ? one : many}`;
}

/** @param {string} text @param {"" | "draft" | "bad" | "off" | "source"} [look] */
export function mark(text, look = "") {
  return h("span", { class: `mark ${look}` }, text);
}

/** @param {Source | null} source */
export function sourceMarks(source) {
  if (!source) return [];
  return [
    mark(`from ${source.root}: ${source.path}`, "source"),
    source.missing_since && mark(`Source is gone since ${date(source.missing_since)}`, "bad"),
  ];
}

/** What tells an article apart from others: language and audience, where they are not the usual ones. @param {{locale: string, audience: string}} article */
export function readerMarks({ locale, audience }) {
  return [locale !== "en" && mark(languageName(locale)), audience !== "public" && mark(AUDIENCES[audience] ?? audience)];
}

/** A field's value in words. @param {unknown} value */
export function valueWords(value) {
  if (value === null || value === undefined || value === "") return "none";
  if (Array.isArray(value)) return value.length ? value.join(", ") : "none";
  if (typeof value !== "object") return AUDIENCES[String(value)] ?? String(value);
  const lines = Object.entries(value).flatMap(([heading, asked]) => [`${heading || "Beginning"}:`, ...[asked].flat()]);
  return lines.length ? lines.join("\n") : "none";
}

/** @param {{slug: string, locale: string}} article @param {string} title */
export function articleLink(article, title) {
  return h("a", { href: `#/${addressOf(article)}` }, title);
}

/** An article by its short name, with the language where it is not the usual one. @param {{slug: string, locale: string}} article */
export function nameWords({ slug, locale }) {
  return locale === "en" ? slug : `${slug} (${languageName(locale)})`;
}

/** @param {Change} change */
export function changeWords({ slug, locale, from, to }) {
  const name = nameWords({ slug, locale });
  if (to === null) return `${name} is withdrawn`;
  return from === null ? `${name} is published as version ${to}` : `${name} is version ${to}, it was ${from}`;
}

/** What a publication did. @param {Publication} publication */
export function publicationWords({ number, changes }) {
  const few = changes.slice(0, 5).map(changeWords).join("; ");
  const more = changes.length > 5 ? `; and ${changes.length - 5} more` : "";
  const now = changes.every(({ to }) => to === null) ? "Nobody is answered from it any more." : "Customers are answered from it now.";
  return `Publication ${number}: ${few}${more}. ${now}`;
}
