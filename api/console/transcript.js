/** The middle: the thread as it stands in the record, drawn once a message and kept. */

import { byId, cleaned, fill, h, icon, link } from "./dom.js";
import { state } from "./store.js";
import { why } from "./why.js";
import { authorWord, clockTime, customerName, day, fullTime, languageName, lean, now, plain, stakeFlag, strength } from "./words.js";

/** @import {Message, Proposal, Signals} from "./types.js" */

const STATUS = {
  open: "Waits for the customer’s yes",
  confirmed: "Confirmed, in progress",
  done: "Done",
  failed: "Failed",
  declined: "Declined by the customer",
  expired: "Expired",
  withdrawn: "Withdrawn",
};
const EVENTS = {
  disclosure: "Disclosure",
  receipt: "Receipt",
  handoff: "Handed to a person",
  claim: "Claimed",
  handback: "Handed back to the AI",
  resolved: "Resolved",
  reopened: "Reopened",
};

/** @type {Map<string, {element: HTMLElement, drawn: string}>} */
const drawnMessages = new Map();
/** @type {string | null} */
let drawnId = null;
let unseen = 0;
/** Whether the end of the thread is in sight and shall stay so when something is added. */
let atEnd = true;

export function startTranscript() {
  const pane = byId("thread");
  pane.addEventListener("scroll", () => {
    atEnd = pane.scrollHeight - pane.scrollTop - pane.clientHeight < 48; // about two lines
    if (atEnd) showUnseen(0);
  });
  byId("to-end").addEventListener("click", toEnd);
  // The composer grows with what is typed and takes the room from here.
  new ResizeObserver(() => atEnd && toEnd()).observe(pane);
}

function toEnd() {
  const pane = byId("thread");
  atEnd = true;
  pane.scrollTop = pane.scrollHeight;
  showUnseen(0);
}

export function drawTranscript() {
  const { detail } = state;
  const list = byId("messages");
  if (!detail) {
    if (drawnId !== state.openId || !state.openId) forgetDrawn(list);
    return;
  }
  const first = drawnId !== detail.id;
  if (first) forgetDrawn(list);
  drawnId = detail.id;
  let added = 0;
  let own = false;
  let previous = "";
  let index = 0;
  for (const message of detail.messages) {
    const today = day(message.created_at);
    const drawn = JSON.stringify([message, today !== previous, message.proposal && lapsed(message.proposal)]);
    const kept = drawnMessages.get(message.id);
    let element = kept?.element;
    if (!kept || kept.drawn !== drawn) {
      if (!kept) added += 1;
      own ||= !kept && message.author.kind === "human" && message.author.name === state.me?.name;
      element = messageElement(message, today !== previous ? today : null);
      kept?.element.replaceWith(element);
      drawnMessages.set(message.id, { element, drawn });
    }
    previous = today;
    if (element && list.children[index] !== element) list.insertBefore(element, list.children[index] ?? null);
    index += 1;
  }
  if (first || atEnd || own) toEnd();
  else if (added) showUnseen(unseen + added);
}

/** @param {Element} list */
function forgetDrawn(list) {
  drawnMessages.clear();
  drawnId = null;
  fill(list);
  showUnseen(0);
}

/** @param {number} count */
function showUnseen(count) {
  unseen = count;
  const button = byId("to-end");
  button.hidden = count === 0;
  button.textContent = count === 1 ? "1 new message below" : `${count} new messages below`;
}

/**
 * Scroll to a message, put the focus on it and let it flash once.
 *
 * @param {string} id
 */
export function showMessage(id) {
  const element = drawnMessages.get(id)?.element;
  if (!element) return;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  element.scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
  element.focus({ preventScroll: true });
  element.classList.remove("flash");
  void element.offsetWidth; // restarts the animation when the same source is chosen twice
  element.classList.add("flash");
  element.addEventListener("animationend", () => element.classList.remove("flash"), { once: true });
}

/** @param {Message} message @param {string | null} newDay */
export function messageElement(message, newDay) {
  const internal = message.audience === "staff";
  const event = message.kind in EVENTS && !internal;
  const kind = internal ? "internal" : event ? "event" : message.author.kind;
  return h(
    "li",
    { class: `message ${kind} ${message.kind}${message.for?.some((one) => one.whisper) ? " whisper" : ""}`, "data-id": message.id, tabindex: -1 },
    newDay && h("div", { class: "day" }, h("span", {}, newDay)),
    h("div", { class: "gutter" }, ...gutter(message, internal, event)),
    h(
      "div",
      { class: "body" },
      event && h("span", { class: "event-label" }, `${EVENTS[/** @type {keyof typeof EVENTS} */ (message.kind)]}. `),
      ...body(message, internal),
    ),
  );
}

/** @param {Message} message @param {boolean} internal @param {boolean} event */
function gutter(message, internal, event) {
  const { kind, name } = message.author;
  const word = kind === "customer" && state.detail && !name ? customerName(state.detail) : authorWord(message);
  const role = event ? null : { customer: "customer", ai: null, human: "desk", system: null }[kind];
  return [
    !event && h("span", { class: "author", dir: "auto" }, word, internal && h("span", { class: "unseen" }, ", internal note")),
    h(
      "span",
      { class: "meta" },
      role && `${role} · `,
      h("time", { datetime: message.created_at, title: fullTime(message.created_at) }, clockTime(message.created_at)),
      h("span", { class: "seq", title: "Place in the thread" }, ` #${message.seq}`),
    ),
  ];
}

/** @param {Message} message @param {boolean} internal */
function body(message, internal) {
  const { signals } = message;
  return [
    internal && h("p", { class: "internal-tag" }, icon("lock"), internalWord(message)),
    // A customer's words stand exactly as typed; what the desk or the AI wrote stands as the customer sees it.
    message.author.kind === "customer" || !message.html
      ? h("div", { class: "prose typed", dir: "auto" }, message.text)
      : cleaned(message.html),
    message.attachments?.length && filesOf(message.attachments),
    typeof message.corrects === "string" && h("p", { class: "aside" }, "Corrects the briefing", message.corrects && ": ", message.corrects && h("q", { dir: "auto" }, message.corrects)),
    signals && signalLine(signals),
    // A receipt tells what was done; the proposal itself stands above it, with its state.
    message.proposal && message.kind !== "receipt" && proposalBlock(message.proposal),
    message.citations?.length > 0 && sources(message),
    // A draft that came too late is a note, and has its turn as well.
    message.author.kind === "ai" && why(message.id),
    message.offer_person && h("p", { class: "aside" }, "A person was offered with this answer."),
  ];
}

/** @param {Message} message */
function internalWord(message) {
  const whom = (message.for ?? []).map((one) => (one.id === state.me?.id ? "you" : one.name)).join(", ");
  if (message.for?.some((one) => one.whisper)) return `Whisper to ${whom} · the customer does not see this`;
  if (whom) return `Internal note for ${whom} · the customer does not see this`;
  const event = message.kind in EVENTS ? EVENTS[/** @type {keyof typeof EVENTS} */ (message.kind)] : "Internal note";
  return `${event} · the customer does not see this`;
}

/** @param {Signals} signals */
function signalLine(signals) {
  const tone = lean(signals.valence);
  // Without a known language there was nothing to judge: an emoji, a number.
  const unjudged = !signals.emotion && signals.language !== "und";
  if (!signals.emotion && !unjudged && !signals.wants_person && !signals.stakes?.length) return null;
  return h(
    "p",
    { class: "signals" },
    signals.emotion && h(
      "span",
      { class: `mood ${tone}`, title: `valence ${signals.valence}, intensity ${signals.intensity}, intent ${plain(signals.intent)}` },
      `${plain(signals.emotion)} · ${strength(signals.intensity)}`,
    ),
    unjudged && h("span", { class: "quiet" }, `feeling not judged · ${languageName(signals.language)}`),
    signals.wants_person && h("span", { class: "wants" }, "asks for a person"),
    ...(signals.stakes ?? []).map(stakeFlag),
  );
}

/** An open proposal past its time is no longer open, whether or not the server has said so. @param {Proposal} p */
function lapsed(p) {
  return p.status === "open" && Date.parse(p.expires_at) < now();
}

/** @param {Proposal} p */
function proposalBlock(p) {
  const status = lapsed(p) ? "expired" : p.status;
  const until = status === "open" ? ` until ${clockTime(p.expires_at)}` : "";
  return h(
    "section",
    { class: "proposal", "data-status": status, "aria-label": `Proposal: ${p.title}` },
    h(
      "p",
      { class: "proposal-head" },
      h("span", { class: "proposal-title" }, p.title),
      h("span", { class: "status" }, (STATUS[status] ?? plain(status)) + until),
    ),
    h("dl", {}, ...p.lines.flatMap((line) => [h("dt", {}, line.label), h("dd", { dir: "auto" }, line.value)])),
  );
}

/** What an answer rests on, folded until someone wants to check it. @param {Message} message */
function sources(message) {
  const { citations } = message;
  const titles = [...new Set(citations.map((c) => c.title))].join(", ");
  return h(
    "details",
    { class: "sources" },
    h("summary", {}, citations.length === 1 ? "1 source: " : `${citations.length} sources: `, titles),
    h(
      "ol",
      {},
      ...citations.map((c) =>
        h(
          "li",
          { value: c.number },
          link(c.url, c.heading ? `${c.title} · ${c.heading}` : c.title),
          h("span", { class: "version" }, ` version ${c.version}`),
          c.quote && h("blockquote", { dir: "auto" }, c.quote),
        ),
      ),
    ),
  );
}

/** The files of a message, drawn by a script of their own: few messages have any. @param {import("./types.js").Attachment[]} attachments */
function filesOf(attachments) {
  const place = h("div", {});
  import("./sent_files.js").then(({ sentFiles }) => place.replaceChildren(sentFiles(attachments)));
  return place;
}
