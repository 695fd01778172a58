/** Figures in words. */

/** @import {Kind, Period, Value} from "./types.js" */

const MICROS = 1_000_000;
const NONE = "–";

/** What a period is called beside a figure, and the one before it. */
export const PERIODS = {
  today: { label: "Today", before: "yesterday until now" },
  "7d": { label: "7 days", before: "the 7 days before" },
  "30d": { label: "30 days", before: "the 30 days before" },
};

/** @param {string | null} given @returns {Period} */
export function periodOf(given) {
  return given === "7d" || given === "30d" ? given : "today";
}

/**
 * @param {Kind} kind
 * @param {number | null} value money in millionths
 * @param {string} currency
 */
export function written(kind, value, currency) {
  if (value === null) return NONE;
  if (kind === "share") return `${percent(value)} %`;
  if (kind === "mean") return value.toFixed(1);
  if (kind === "count") return String(value);
  const amount = value / MICROS;
  // A model's words cost less than a cent each; two places would show nothing.
  const places = amount !== 0 && Math.abs(amount) < 0.1 ? 4 : 2;
  return new Intl.NumberFormat("en-GB", { style: "currency", currency, currencyDisplay: "narrowSymbol", minimumFractionDigits: places, maximumFractionDigits: places }).format(amount);
}

/** @param {number} share whole percents, but for the very small and the nearly all */
function percent(share) {
  const value = 100 * share;
  return value > 0 && (value < 1 || (value > 99 && value < 100)) ? value.toFixed(1) : value.toFixed(0);
}

/** How sure a share is: "12 of 40, 18–45 %". Nothing for what has no interval. @param {Value} value */
export function surely(value) {
  if (value.kind !== "share" || value.low === null || value.high === null) return "";
  return `${value.count} of ${value.of}, likely ${percent(value.low)}–${percent(value.high)} %`;
}

/**
 * The period before, and whether the change is more than chance makes.
 *
 * @param {Value} value @param {string} currency @param {Period} period
 * @returns {{text: string, tone: "" | "good" | "bad"} | null}
 */
export function compared(value, currency, period) {
  if (value.now || value.before === null) return null;
  const before = `${written(value.kind, value.before, currency)} ${PERIODS[period].before}`;
  if (value.value === null) return { text: before, tone: "" };
  const change = value.value - value.before;
  const within = value.low !== null && value.high !== null && value.before >= value.low && value.before <= value.high;
  const looksTheSame = written(value.kind, value.before, currency) === written(value.kind, value.value, currency);
  if (looksTheSame || within) return { text: `about as before (${before})`, tone: "" };
  const tone = value.up_is === "" ? "" : change > 0 === (value.up_is === "good") ? "good" : "bad";
  return { text: `${change > 0 ? "▲ up from" : "▼ down from"} ${before}`, tone };
}
