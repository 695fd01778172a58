/**
 * What the QA part of the HTTP interface sends (docs/eval-reports.md). Types only: nothing runs here.
 *
 * @typedef {object} Run
 * @property {string} id
 * @property {string} version
 * @property {string} model
 * @property {number} repeats
 * @property {number} passed
 * @property {number} of
 * @property {number} unscored
 * @property {number | null} low of the 95 % interval
 * @property {number | null} high
 * @property {string[]} flaky cases that differ between tries
 * @property {string[]} problems
 *
 * @typedef {"right" | "wrong" | "harm"} Judgement
 *
 * @typedef {object} Answer
 * @property {string} message_id
 * @property {string} conversation_id
 * @property {string} case_number
 * @property {string} html
 * @property {{number: number, title: string, quote: string}[]} citations
 * @property {{by: string, html: string}[]} before
 *
 * @typedef {object} Pair
 * @property {string} message_id
 * @property {string} conversation_id
 * @property {string} html
 * @property {string} said_at
 * @property {{by: string, judgement: Judgement, note: string}[]} words
 *
 * @typedef {{pairs: number, agreed: number, kappa: number | null, waiting_for_second: number, disagreements: Pair[], faults: Pair[]}} Agreement
 */
export {};
