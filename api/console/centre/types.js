/**
 * What the command centre's part of the HTTP interface sends (docs/architecture.md). Types only: nothing runs here.
 *
 * @typedef {"count" | "share" | "mean" | "money"} Kind
 * @typedef {"today" | "7d" | "30d"} Period
 *
 * @typedef {object} Value
 * @property {string} name
 * @property {string} label
 * @property {Kind} kind
 * @property {"" | "good" | "bad"} up_is how a rise reads
 * @property {boolean} charted
 * @property {boolean} now of this moment, whatever the period
 * @property {number} count
 * @property {number} of
 * @property {number | null} value null: there was nothing to count over
 * @property {number | null} low of the 95 % interval
 * @property {number | null} high
 * @property {number | null} before
 * @property {(number | null)[]} series
 *
 * @typedef {{name: string, title: string, definition: string, values: Value[]}} Figure
 *
 * @typedef {object} Report
 * @property {Period} period
 * @property {string} from
 * @property {string} to
 * @property {string[]} steps
 * @property {string} currency
 * @property {Figure[]} figures
 * @property {{name: string, waiting: number, at_risk: number, open: boolean}[]} queues
 * @property {{name: string, label: string, count: number, before: number}[]} reasons
 * @property {{shown: number, as_it_was: number, edited: number, dropped: number}} suggested replies, to people
 * @property {{conversation_id: string, case_number: string, solved: boolean, satisfaction: number | null, comment: string, rated_at: string}[]} words
 *
 * @typedef {object} Alert
 * @property {string} id
 * @property {string} title
 * @property {string} label of the figure
 * @property {Kind} kind
 * @property {Period} period
 * @property {number} value
 * @property {"above" | "below"} side
 * @property {number} ring
 * @property {string} began_at
 * @property {string} playbook
 * @property {boolean} quiet somebody has it in hand
 * @property {string | null} acknowledged_by
 * @property {string | null} acknowledged_until
 */
export {};
