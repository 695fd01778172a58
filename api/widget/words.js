/** The panel's own words, from `words/<language>.json`. What the shop says comes from the server. */

/** @typedef {keyof typeof import("./words/en.json")} Word */

/** Languages with words of ours. tests/api/test_widget_words.py keeps them complete. */
const LANGUAGES = ["en", "de", "fr", "es", "it", "nl", "pt", "pl", "ar"];
const RIGHT_TO_LEFT = ["ar"];

let locale = "en";
/** The last language that was asked for: a slower answer for an earlier one is too late. */
let wanted = "";
/** @type {Record<string, string>} none before the first language has come */
let words = {};
/** @type {{id: string, version: number, texts: Record<string, string>} | null} */
let disclosure = null;

/** @param {string} name of a file beside this one @returns {Promise<any>} @throws {TypeError} the server cannot be reached */
async function data(name) {
  const response = await fetch(new URL(name, import.meta.url));
  if (!response.ok) throw new TypeError(`${name}: ${response.status}`);
  return response.json();
}

/** @param {string} tag of BCP 47 @returns {string} the language whose words are shown for it; English if we have none */
function languageOf(tag) {
  const language = tag.toLowerCase().split("-")[0];
  return LANGUAGES.includes(language) ? language : "en";
}

/**
 * Speaks another language from now on, and writes in its direction.
 *
 * @param {string} tag of BCP 47 @returns {Promise<boolean>} whether it is still the one that is wanted
 * @throws {TypeError} its words cannot be loaded; the language stays as it was
 */
export async function setLocale(tag) {
  wanted = tag;
  const language = languageOf(tag);
  const [loaded] = await Promise.all([data(`words/${language}.json`), loadDisclosure()]);
  if (wanted !== tag) return false;
  words = loaded;
  locale = tag.toLowerCase().startsWith(language) ? tag : language;
  document.documentElement.lang = locale;
  document.documentElement.dir = RIGHT_TO_LEFT.includes(language) ? "rtl" : "ltr";
  return true;
}

async function loadDisclosure() {
  disclosure ??= await data("disclosure.json");
}

/**
 * What must be said before the first input, in the language that is spoken. The one place of its words is
 * escalation/disclosures/disclosure.json; whoever records that it was shown takes `id`, `version` and `language` from here.
 *
 * @param {string} shop on whose behalf the AI speaks
 */
export function disclosureFor(shop) {
  const { id, version, texts } = /** @type {NonNullable<typeof disclosure>} */ (disclosure);
  const language = languageOf(locale);
  return { id, version, language, text: texts[language].replace("{shop}", () => shop) };
}

/** The language that is spoken, of two letters. */
export const languageNow = () => languageOf(locale);

/** @param {Word} word @param {Record<string, string | number>} [values] @returns {string} "" before the first language has come */
export function say(word, values = {}) {
  return (words[word] ?? "").replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}

/** Hours and minutes; with the day when it is not today. @param {string} iso */
export function clock(iso) {
  const at = new Date(iso);
  const today = at.toDateString() === new Date().toDateString();
  /** @type {Intl.DateTimeFormatOptions} */
  const day = today ? {} : { day: "numeric", month: "short" };
  return new Intl.DateTimeFormat(locale, { ...day, hour: "2-digit", minute: "2-digit" }).format(at);
}

/** Day and time, for what is read another day. @param {string} iso */
export function moment(iso) {
  return new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" }).format(new Date(iso));
}
