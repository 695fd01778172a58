/** How times, urgency and feelings are put into words. */

import { h, icon } from "./dom.js";

/** @import {Clock, Conversation, Message} from "./types.js" */

/** Milliseconds by which the server's clock is ahead of this one. A desk PC's clock may be wrong. */
let ahead = 0;

/** @param {string | null} date the `Date` header of an answer */
export function setClock(date) {
  const served = date ? Date.parse(date) : NaN;
  // The header has whole seconds, so a smaller difference tells nothing.
  if (!Number.isNaN(served)) ahead = Math.abs(served - Date.now()) > 2000 ? served - Date.now() : 0;
}

/** The time now as the server sees it, in milliseconds. */
export function now() {
  return Date.now() + ahead;
}

/**
 * How long ago: "<1 min", "4 min", "2 h 5 min", "3 days".
 *
 * @param {string} iso
 */
export function ago(iso) {
  return span(now() - Date.parse(iso));
}

/** A length of time as `ago` tells it. @param {number} milliseconds */
function span(milliseconds) {
  const minutes = Math.floor(milliseconds / 60_000);
  if (minutes < 1) return "<1 min";
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
  const days = Math.floor(hours / 24);
  return days === 1 ? "1 day" : `${days} days`;
}

/**
 * A `<time>` that keeps itself current (`refreshTimes`).
 *
 * @param {string} iso
 * @param {string} [before] what stands before it, e.g. "waiting "
 * @param {string} [after] what stands after it, e.g. " ago"
 */
export function agoElement(iso, before = "", after = "") {
  const element = h("time", { datetime: iso, title: fullTime(iso), "data-before": before, "data-after": after });
  element.textContent = before + ago(iso) + after;
  return element;
}

/**
 * A `<time>` that tells how a clock stands and keeps itself current (`refreshTimes`); nothing where no word is due.
 *
 * @param {Clock | undefined} clock
 */
export function clockElement(clock) {
  if (!clock?.due) return null;
  const element = h("time", { class: "clock", datetime: clock.due, title: `A word is due ${fullTime(clock.due)}` });
  element.dataset["risk"] = clock.at_risk_from ?? clock.due;
  tick(element);
  return element;
}

/** @param {HTMLElement} element of `clockElement` */
function tick(element) {
  const due = element.getAttribute("datetime") ?? "";
  const late = now() >= Date.parse(due);
  const risk = !late && now() >= Date.parse(element.dataset["risk"] ?? "");
  const left = Date.parse(due) - now();
  // After a night or a weekend a time of day says more than a number of hours.
  const when = left > 12 * 3_600_000 ? `due ${soon(due)}` : `${risk ? "at risk: " : "due in "}${span(left)}`;
  const text = late ? `late ${span(-left)}` : when;
  element.dataset["state"] = late ? "broken" : risk ? "at_risk" : "running";
  if (element.textContent !== text) element.textContent = text;
}

/** Bring every `agoElement` and `clockElement` on the page up to date. */
export function refreshTimes() {
  for (const element of document.querySelectorAll("time.clock")) tick(/** @type {HTMLElement} */ (element));
  for (const element of document.querySelectorAll("time[data-before]")) {
    const iso = element.getAttribute("datetime") ?? "";
    const text = element.getAttribute("data-before") + ago(iso) + element.getAttribute("data-after");
    if (element.textContent !== text) element.textContent = text;
  }
}

/** @param {string} iso */
export function clockTime(iso) {
  return new Date(iso).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
}

/** A time of today as a clock shows it, of another day with its day. @param {string} iso */
export function soon(iso) {
  const today = new Date(now()).toDateString() === new Date(iso).toDateString();
  return today ? clockTime(iso) : `${new Date(iso).toLocaleDateString("en-GB", { weekday: "short" })} ${clockTime(iso)}`;
}

/** @param {string} iso */
export function day(iso) {
  return new Date(iso).toLocaleDateString("en-GB", { weekday: "long", day: "numeric", month: "long" });
}

/** @param {string} iso */
export function fullTime(iso) {
  return new Date(iso).toLocaleString("en-GB", { dateStyle: "full", timeStyle: "short" });
}

/** @param {Pick<Conversation, "customer">} conversation */
export function customerName(conversation) {
  return conversation.customer?.name || "Visitor";
}

/**
 * A name made for machines as one for people: `legal_threat` → "legal threat".
 *
 * @param {string} name
 */
export function plain(name) {
  return name.replaceAll("_", " ");
}

/**
 * Which way a feeling leans. Valence runs from -1 to 1; the middle third is neither.
 *
 * @param {number} valence
 * @returns {"good" | "even" | "bad"}
 */
export function lean(valence) {
  if (valence <= -1 / 3) return "bad";
  return valence >= 1 / 3 ? "good" : "even";
}

/**
 * The strength of a feeling from 0 to 1 in thirds.
 *
 * @param {number} intensity
 */
export function strength(intensity) {
  if (intensity < 1 / 3) return "mild";
  return intensity < 2 / 3 ? "moderate" : "strong";
}

/** @param {Message} message */
export function authorWord(message) {
  const { kind, name } = message.author;
  if (kind === "customer") return name || "Customer";
  if (kind === "ai") return "AI";
  return name || (kind === "human" ? "Colleague" : "System");
}

/** @param {string} text @param {number} length */
export function shortened(text, length) {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > length ? `${line.slice(0, length - 1).trimEnd()}…` : line;
}

/** @param {string} code a language tag, e.g. "de" */
export function languageName(code) {
  try {
    return new Intl.DisplayNames("en", { type: "language" }).of(code) ?? code;
  } catch {
    return code; // not a language tag: RangeError
  }
}

/** A flag with a word, for what could go wrong. @param {string} stake */
export function stakeFlag(stake) {
  return h("span", { class: "stake" }, icon("flag"), plain(stake));
}
