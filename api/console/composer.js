/** Where a person writes: a reply to the customer, an internal note or a whisper. What is typed is never lost. */

import { collision, stoppedTyping, typing } from "./activity.js";
import { byId } from "./dom.js";
import { Problem, desk } from "./http.js";
import { changed, drawNow, holds, putMessage, state } from "./store.js";
import { reloadDetail } from "./stream.js";
import { customerName } from "./words.js";
import { writing } from "./writing_calls.js";

/** @import {Detail, Source} from "./types.js" */

/**
 * What is typed in one conversation in one mode. `clientId` belongs to `sent`, the text it went out with:
 * the same words again are the same message, other words are another. `[1]` in the text is the first of `sources`.
 *
 * @typedef {{text: string, sources: Source[], suggestion: string | null, sent: string, clientId: string, sending: boolean, error: string, warned?: string}} Draft
 * `warned` is the text that was held back because somebody else is writing too; the same text again goes out.
 */

/** @typedef {"reply" | "note" | "whisper"} Mode */

/** A mark of a citation, as the server reads it. */
const MARK = /\[(\d{1,2})\](?!\()/g;

/** What is told when the words in the box are others; set by console.js. */
export const words = { changed: () => {} };

/** @type {Map<string, Draft>} */
const drafts = new Map();
/** @type {Mode} */
let mode = "reply";
/** Key of the draft that stands in the box. */
let shown = "";

const box = /** @type {HTMLTextAreaElement} */ (byId("composer-text"));

/** @param {string} id @param {Mode} [of] @returns {Draft} */
function draft(id, of = mode) {
  const key = `${id}:${of}`;
  let found = drafts.get(key);
  if (!found) drafts.set(key, (found = { text: "", sources: [], suggestion: null, sent: "", clientId: "", sending: false, error: "" }));
  return found;
}

export function startComposer() {
  box.addEventListener("input", () => {
    if (state.openId) draft(state.openId).text = box.value;
    if (box.value) typing(mode === "reply" ? "reply" : "note");
    else stoppedTyping();
    drawComposer(); // nothing else on screen depends on it
  });
  box.addEventListener("keydown", (event) => {
    // An input method's Enter only ends the word.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    void send();
  });
  byId("mode-reply").addEventListener("click", () => write("reply"));
  byId("mode-note").addEventListener("click", () => write("note"));
  byId("mode-whisper").addEventListener("click", () => write("whisper"));
  byId("send").addEventListener("click", () => void send());
}

/** Forget what was typed, before another person signs in. */
export function forgetDrafts() {
  drafts.clear();
  shown = "";
  box.value = "";
}

/** Whether anything typed or on its way would be lost by leaving the page. */
export function unsent() {
  return [...drafts.values()].some((each) => each.text.trim());
}

/** Go to the box. @param {Mode} to */
export function write(to) {
  mode = to;
  drawNow();
  box.focus();
}

/** Back to the box from a dialog or a panel. Chromium may give the focus there without a caret. */
export function backToBox() {
  box.focus();
  box.setSelectionRange(box.selectionEnd, box.selectionEnd);
}

/** What is being written now, or nothing. */
export function composing() {
  const c = state.detail;
  return c && !box.hidden && !box.disabled ? { id: c.id, mode, ...draft(c.id) } : null;
}

/**
 * Put words beside those that are typed, which stay as they are. Their marks count on from the sources that are there.
 *
 * @param {string} text @param {Source[]} sources what `[1]`, `[2]`, … in the text mean
 * @param {{from?: number, apart?: string, suggestion?: string | null}} [how] `from`: where what was typed for this begins; `apart`: what
 * stands between; `suggestion`: the draft that the words are
 */
export function insert(text, sources, { from = box.selectionEnd, apart = " ", suggestion = null } = {}) {
  if (!state.detail) return;
  const current = draft(state.detail.id);
  const cites = mode === "reply" ? sources : []; // a note has none
  const placed = text.replaceAll(MARK, (mark, number) => {
    if (!sources[number - 1]) return mark;
    return cites.length ? `[${Number(number) + current.sources.length}]` : "";
  });
  const before = box.value.slice(0, from);
  const after = box.value.slice(box.selectionEnd);
  const lead = before && !/\s$/.test(before) ? apart : "";
  const trail = after && !/^\s/.test(after) ? apart : "";
  current.sources.push(...cites);
  if (suggestion && mode === "reply") current.suggestion = suggestion;
  box.focus();
  box.setRangeText(lead + placed + trail, from, box.selectionEnd, "end");
  const open = /\{\w+\}/.exec(placed); // a macro's placeholder that has no value: to be typed over
  const place = from + lead.length + (open ? open.index : placed.length);
  box.setSelectionRange(place, place + (open ? open[0].length : 0));
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

/** Whether this person may whisper to whoever has the open conversation. */
export function mayWhisper() {
  const c = state.detail;
  return Boolean(c && state.me?.role === "supervisor" && c.floor === "human" && !holds(c));
}

/** Why it cannot be sent now, or nothing. @param {Detail} c */
function hindrance(c) {
  if (mode === "note") return "";
  if (mode === "whisper") return mayWhisper() ? "" : "No colleague has this conversation now. You can leave an internal note.";
  if (holds(c)) return "";
  if (c.resolved) return "This conversation is resolved. It opens again when the customer writes.";
  if (c.floor === "ai") return "The AI is answering. Take over to write to the customer.";
  if (c.floor === "queue") return "Nobody has this conversation yet. Claim it to write to the customer.";
  return `${c.holder?.name ?? "A colleague"} is answering. You can leave an internal note.`;
}

export function drawComposer() {
  const c = state.detail;
  byId("composer").hidden = !c;
  if (!c) return;
  const current = draft(c.id);
  const key = `${c.id}:${mode}`;
  if (shown !== key || box.value !== current.text) {
    shown = key;
    box.value = current.text;
  }
  const reason = hindrance(c);
  byId("composer").dataset["mode"] = mode;
  byId("mode-reply").setAttribute("aria-pressed", String(mode === "reply"));
  byId("mode-note").setAttribute("aria-pressed", String(mode === "note"));
  byId("mode-whisper").setAttribute("aria-pressed", String(mode === "whisper"));
  byId("mode-whisper").hidden = mode !== "whisper" && !mayWhisper();
  box.disabled = Boolean(reason);
  // Words typed before someone else took over stay in sight, to be copied or kept as a note.
  box.hidden = byId("composer-foot").hidden = Boolean(reason) && !current.text;
  const label = {
    note: "Internal note; the customer does not see it",
    whisper: `Whisper to ${c.holder?.name ?? "a colleague"}; the customer does not see it`,
    reply: `Reply to ${customerName(c)}`,
  }[mode];
  box.setAttribute("aria-label", label);
  box.placeholder = reason ? "" : label;
  set("composer-reason", reason);
  set("composer-error", current.error);
  set("composer-hint", current.sending ? "Sending…" : box.hidden ? "" : "Enter sends · Shift+Enter new line");
  const send = /** @type {HTMLButtonElement} */ (byId("send"));
  send.disabled = Boolean(reason) || current.sending || !current.text.trim();
  const verb = { note: "Add note", whisper: "Whisper", reply: "Send" }[mode];
  send.textContent = current.warned === current.text.trim() && current.error ? "Send anyway" : current.error ? "Try again" : verb;
  words.changed();
}

/** @param {string} id @param {string} text */
function set(id, text) {
  const element = byId(id);
  if (element.textContent !== text) element.textContent = text;
  element.hidden = !text;
}

async function send() {
  const c = state.detail;
  if (!c || hindrance(c)) return;
  const current = draft(c.id);
  const text = current.text.trim();
  if (!text || current.sending) return;
  const warning = mode === "reply" && current.warned !== text ? collision(c.id) : "";
  if (warning) {
    Object.assign(current, { error: warning, warned: text });
    return drawComposer();
  }
  if (current.sent !== text) Object.assign(current, { sent: text, clientId: newId() });
  Object.assign(current, { sending: true, error: "" });
  const typed = current.text;
  const sources = current.sources.map(({ article, version, hash }) => ({ article, version, hash }));
  const post = { note: desk.note, whisper: writing.whisper, reply: desk.reply }[mode];
  drawComposer();
  try {
    putMessage(c.id, await post(c.id, current.clientId, text, sources, current.suggestion));
    stoppedTyping();
    // Whatever was typed while it was on its way is the beginning of the next message.
    current.text = current.text.startsWith(typed) ? current.text.slice(typed.length) : current.text;
    Object.assign(current, { sent: "", clientId: "" });
    if (!current.text) Object.assign(current, { sources: [], suggestion: null });
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    current.error = `Not sent. ${problem.message}`;
    if (problem.status === 403 || problem.status === 409) await reloadDetail().catch(() => {}); // who has it now?
  } finally {
    current.sending = false;
    changed();
  }
}

/** A UUID, version 4. `crypto.randomUUID` is missing where the console is served without TLS. */
function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
