/**
 * What the knowledge side of the HTTP interface sends (docs/knowledge.md). Types only: nothing runs here.
 *
 * @typedef {"public" | "signed_in" | "internal"} Audience
 * @typedef {"published" | "draft" | "archived"} State
 * @typedef {{root: string, path: string, imported_at: string, missing_since: string | null}} Source
 *
 * @typedef {object} Fields
 * @property {string} title
 * @property {string} body
 * @property {string} locale
 * @property {Audience} audience
 * @property {string[]} tags
 * @property {string | null} owner
 * @property {string | null} review_by a day, 2026-12-31
 * @property {string | null} valid_from
 * @property {string | null} valid_until
 * @property {Record<string, string[]>} questions by heading; "" is the part before the first one
 *
 * @typedef {object} Saved
 * @property {string} id
 * @property {string} slug
 * @property {number} version
 * @property {State} state
 * @property {string} fingerprint
 * @property {string | null} author
 * @property {string | null} saved_at
 * @property {string | null} published_at
 *
 * @typedef {Omit<Fields, "body" | "questions"> & Saved} VersionSummary
 * @typedef {Fields & Saved & {html: string}} Version
 *
 * @typedef {object} ArticleOverview
 * @property {string} slug
 * @property {string} locale
 * @property {string} title
 * @property {Audience} audience
 * @property {string[]} tags
 * @property {string | null} owner
 * @property {string | null} review_by
 * @property {State} state
 * @property {{id: string, version: number, published_at: string | null} | null} published
 * @property {{id: string, version: number, author: string | null, saved_at: string | null} | null} draft
 * @property {Source | null} source
 * @property {boolean} past_review
 *
 * @typedef {object} Article
 * @property {string} slug
 * @property {string} locale
 * @property {Version | null} published
 * @property {Version | null} draft
 * @property {Version} newest
 * @property {VersionSummary[]} versions newest first
 * @property {Source | null} source
 *
 * @typedef {{kind: "same" | "removed" | "added", text: string}} Piece
 * @typedef {{name: string, before: unknown, after: unknown}} FieldChange
 * @typedef {{from: VersionSummary, to: VersionSummary, fields: FieldChange[], body: Piece[]}} Difference
 *
 * @typedef {{slug: string, locale: string, from: number | null, to: number | null}} Change
 * @typedef {{number: number, at: string, by: string | null, note: string | null, changes: Change[]}} Publication
 *
 * @typedef {object} Uses
 * @property {{id: string, case_number: string, version: number, cited_at: string, question: string | null}[]} conversations
 * @property {number} conversations_total all of them; at most 100 are listed
 * @property {{suite: string, id: string, question: string}[]} cases
 *
 * @typedef {"contradiction" | "duplicate" | "past_review" | "dead_link" | "orphan" | "unreadable"} FindingKind
 * @typedef {{article: string, locale: string, title: string, heading: string | null, text: string}} Place
 * @typedef {{kind: FindingKind, why: string, places: Place[]}} Finding
 *
 * @typedef {object} Gap
 * @property {string} id
 * @property {string} question
 * @property {string[]} questions
 * @property {number} conversations
 * @property {string} first_at
 * @property {string} last_at
 * @property {{text: string, by: string} | null} reply
 * @property {{article: string, locale: string, title: string} | null} closest
 *
 * @typedef {object} ImportReport
 * @property {{slug: string, locale: string}[]} new
 * @property {{slug: string, locale: string}[]} changed
 * @property {number} unchanged
 * @property {{slug: string, locale: string}[]} missing
 * @property {{path: string, why: string}[]} not_taken
 * @property {string[]} drafts
 *
 * @typedef {object} ImportRun
 * @property {string} id
 * @property {string} root
 * @property {string | null} by
 * @property {string} started_at
 * @property {string | null} finished_at
 * @property {number} done
 * @property {number} total
 * @property {string | null} failure
 * @property {ImportReport | null} report
 *
 * @typedef {object} Found
 * @property {string} article
 * @property {string} locale
 * @property {number} version
 * @property {string} title
 * @property {string} heading
 * @property {string} text
 * @property {number} score
 * @property {string} url
 * @property {Audience} audience
 *
 * @typedef {{confidence: number, good_enough: boolean, found: Found[]}} SearchResult
 *
 * A page of the knowledge side, ready to be shown.
 *
 * @typedef {object} Page
 * @property {string} title
 * @property {import("../dom.js").Child[]} content
 * @property {() => boolean} [unsaved] whether leaving would lose something
 * @property {() => void} [gone] called when another page takes its place
 */

export {};
