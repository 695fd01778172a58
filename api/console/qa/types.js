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
 * @typedef {object} Experiment
 * @property {string} name
 * @property {string} question
 * @property {number} share of the customers who take part
 * @property {boolean} runs
 * @property {string} started_at
 * @property {string[]} changes what B does otherwise
 * @property {{kind: "started" | "share" | "stopped", by: string | null, why: string, at: string}[]} events
 *
 * @typedef {{of: number, value: number | null, low: number | null, high: number | null}} Side
 *
 * @typedef {object} ExperimentFigure
 * @property {string} name
 * @property {string} title
 * @property {string} sentence
 * @property {"count" | "share" | "mean" | "money"} kind
 * @property {string} unit
 * @property {string} span
 * @property {boolean} primary
 * @property {Side} a
 * @property {Side} b
 * @property {{difference: number, low: number, high: number, p: number} | null} compared B less A
 * @property {"" | "better" | "worse"} verdict of B
 *
 * @typedef {object} ExperimentResults
 * @property {string} counted_at
 * @property {{A: number, B: number}} customers
 * @property {string} currency
 * @property {ExperimentFigure[]} figures
 * @property {{figure: string, title: string, worse_by: number, surely: number | null, broken: boolean}[]} guardrails
 *
 * @typedef {{pairs: number, agreed: number, kappa: number | null, waiting_for_second: number, disagreements: Pair[], faults: Pair[]}} Agreement
 */
export {};
