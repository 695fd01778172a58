/** What the knowledge side asks of the server. Failures come out as a `Problem` (http.js). */

import { call } from "../http.js";

/** @import {Article, ArticleOverview, Audience, Difference, Fields, Finding, Gap, ImportRun, Publication, SearchResult, Uses, Version} from "./types.js" */

/** @param {string} slug @param {string} [below] @param {Record<string, string | number>} [query] */
function at(slug, below = "", query = {}) {
  const asked = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)]));
  return `/kb/articles/${encodeURIComponent(slug)}${below}${asked.size ? `?${asked}` : ""}`;
}

export const kb = {
  /** @returns {Promise<{items: ArticleOverview[]}>} */
  articles: () => call("GET", "/kb/articles"),
  /** @param {string} slug @param {string} locale @returns {Promise<Article>} */
  article: (slug, locale) => call("GET", at(slug, "", { locale })),
  /** @param {string} slug @param {number} from @param {number} to @returns {Promise<Difference>} */
  difference: (slug, from, to) => call("GET", at(slug, "/diff", { from, to })),
  /** @param {string} slug @param {string | null} base @param {Fields} article @returns {Promise<Version>} */
  saveDraft: (slug, base, article) => call("PUT", at(slug, "/draft"), { base, article }),
  /** @param {string} slug @param {string} locale @param {string} base */
  discardDraft: (slug, locale, base) => call("DELETE", at(slug, "/draft", { locale, base })),
  /** @param {string} body @returns {Promise<{html: string}>} */
  preview: (body) => call("POST", "/kb/preview", { body }),
  /** @param {string[]} drafts @returns {Promise<{findings: Finding[]}>} */
  warnings: (drafts) => call("POST", "/kb/warnings", { drafts }),
  /**
   * @param {string[]} drafts
   * @param {{slug: string, locale: string}[]} withdraw
   * @param {string} note
   * @param {Record<string, string>} seen fingerprints of the drafts that were looked at, by id
   * @returns {Promise<Publication>}
   */
  publish: (drafts, withdraw, note, seen = {}) => call("POST", "/kb/publications", { drafts, withdraw, note: note || null, seen }),
  /** @returns {Promise<{items: Publication[]}>} */
  publications: () => call("GET", "/kb/publications"),
  /** @param {string} slug @param {number} version @returns {Promise<Publication>} */
  rollBack: (slug, version) => call("POST", at(slug, "/roll-back"), { version }),
  /** @param {string} slug @param {string} locale @param {number} before @returns {Promise<Uses>} */
  uses: (slug, locale, before) => call("GET", at(slug, "/uses", { locale, before })),
  /** @param {string} q @param {Audience} audience @param {string} locale @returns {Promise<SearchResult>} */
  search: (q, audience, locale) => call("GET", `/kb/search?${new URLSearchParams({ q, audience, locale })}`),
  /** @returns {Promise<{findings: Finding[], articles: number}>} */
  check: () => call("POST", "/kb/check"),
  /** @returns {Promise<{items: Gap[]}>} */
  gaps: () => call("GET", "/kb/gaps"),
  /** @param {string} id @returns {Promise<Version>} */
  draftOfGap: (id) => call("POST", `/kb/gaps/${encodeURIComponent(id)}/draft`),
  /** @param {string} id */
  dismissGap: (id) => call("POST", `/kb/gaps/${encodeURIComponent(id)}/dismiss`),
  /** @param {FormData} form with `files`, `root` and `complete` @returns {Promise<ImportRun>} */
  importFiles: (form) => call("POST", "/kb/imports", form),
  /** @param {string[]} urls @param {string} root @returns {Promise<ImportRun>} */
  importPages: (urls, root) => call("POST", "/kb/imports", { urls, root }),
  /** @returns {Promise<{items: ImportRun[]}>} */
  imports: () => call("GET", "/kb/imports"),
  /** @param {string} id @returns {Promise<ImportRun>} */
  importRun: (id) => call("GET", `/kb/imports/${encodeURIComponent(id)}`),
};
