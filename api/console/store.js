/** What the console knows. Everything on screen is drawn from here; whoever changes it calls `changed`. */

import { fits } from "./address.js";
import { customerName, now } from "./words.js";

/** @import {Conversation, Detail, Link, Me, Message, View} from "./types.js" */

/** The views that the server has lists for; what is snoozed is of "mine". @type {View[]} */
export const VIEWS = ["waiting", "mine", "open", "resolved"];
/** An AI conversation counts as live for so long after its last words, as the server has it. Milliseconds. */
const LIVE_FOR = 30 * 60_000;

/** @returns {View[]} the server's lists for this person */
export const lists = () => (supervises() ? [...VIEWS, "live"] : VIEWS);
/** @returns {View[]} every view, in the order of its keys */
export const tabs = () => (supervises() ? [...VIEWS, "snoozed", "live"] : [...VIEWS, "snoozed"]);

export const state = {
  /** @type {Me | null} */
  me: null,
  /** @type {View} */
  view: "waiting",
  /** @type {Map<string, Conversation>} */
  conversations: new Map(),
  /** Cursor of the next page of a view, null when all of it is here. @type {Record<View, number | null>} */
  next: { waiting: null, mine: null, open: null, resolved: null, snoozed: null, live: null },
  /** What the list is narrowed to; `q` is searched for in every view. @type {Record<string, string>} */
  filters: {},
  /** What the server found for these filters: ids in its order, and the next page. @type {{ids: string[], next: number | null} | null} */
  found: null,
  /** Id of the conversation on screen. @type {string | null} */
  openId: null,
  /** @type {Detail | null} */
  detail: null,
  /** Conversations in which the customer wrote since this person last looked. @type {Set<string>} */
  unread: new Set(),
  /** @type {Link} */
  link: "connecting",
  /** What the service does without at the moment, in words. @type {string[]} */
  degraded: [],
};

/** @type {Set<() => void>} */
const watchers = new Set();
let due = false;

/** @param {() => void} watcher called after changes, many of them at once */
export function watch(watcher) {
  watchers.add(watcher);
}

/** Say that the state has changed. */
export function changed() {
  if (due) return;
  due = true;
  // A timer, not an animation frame: frames stop in a hidden tab, and the title must go on counting there.
  setTimeout(() => {
    due = false;
    drawNow();
  }, 16);
}

/** Draw at once, for what must be on screen before it can take the focus. */
export function drawNow() {
  for (const watcher of watchers) watcher();
}

/** Forget everything of one person, before another signs in. */
export function forget() {
  state.me = null;
  state.view = "waiting";
  state.conversations.clear();
  state.unread.clear();
  state.next = { waiting: null, mine: null, open: null, resolved: null, snoozed: null, live: null };
  state.filters = {};
  state.found = null;
  state.openId = null;
  state.detail = null;
}

/**
 * Take in a conversation unless a newer state of it is known: a stream that replays may bring older ones.
 *
 * @param {Conversation} conversation
 */
export function put(conversation) {
  const known = state.conversations.get(conversation.id);
  if (known && known.epoch > conversation.epoch) return;
  const bare = summary(conversation);
  state.conversations.set(bare.id, bare);
  if (state.detail?.id === bare.id) Object.assign(state.detail, bare);
  changed();
}

/** @param {Conversation} c @returns {Conversation} without messages and briefing */
function summary(c) {
  const { id, case_number, customer, floor, epoch, holder, resolved, created_at, handoff, last_message, emotion } = c;
  return { id, case_number, customer, floor, epoch, holder, resolved, created_at, handoff, last_message, emotion };
}

/**
 * Take in the whole of the conversation on screen. Messages that came by stream while it was fetched stay.
 *
 * @param {Detail} detail
 */
export function putDetail(detail) {
  if (detail.id !== state.openId) return;
  const before = state.detail?.id === detail.id ? state.detail : null;
  if (before && before.epoch > detail.epoch) return;
  state.detail = detail;
  for (const message of before?.messages ?? []) {
    if (!detail.messages.some((other) => other.id === message.id)) place(detail, message);
  }
  put(detail);
  changed();
}

/**
 * Take in a message of any conversation. The same id again replaces it (its signals are read later).
 *
 * @param {string} conversationId
 * @param {Message} message
 * @returns {boolean} whether it is new to the open transcript
 */
export function putMessage(conversationId, message) {
  const conversation = state.conversations.get(conversationId);
  if (conversation && message.audience === "everyone") {
    const last = conversation.last_message;
    if (!last || Date.parse(last.created_at) <= Date.parse(message.created_at)) {
      conversation.last_message = {
        text: message.text,
        author_kind: message.author.kind,
        created_at: message.created_at,
      };
    }
  }
  changed();
  return state.detail?.id === conversationId && place(state.detail, message);
}

/** @param {Detail} detail @param {Message} message */
function place(detail, message) {
  const index = detail.messages.findIndex((other) => other.id === message.id);
  if (index >= 0) {
    const known = /** @type {Message} */ (detail.messages[index]);
    detail.messages[index] = { ...message, signals: message.signals ?? known.signals };
  } else {
    detail.messages.push(message);
    detail.messages.sort((a, b) => a.seq - b.seq);
  }
  // A receipt carries its proposal as it now stands; the message that first showed it must agree.
  const { proposal } = message;
  if (proposal) {
    detail.messages = detail.messages.map((other) =>
      other.proposal?.id === proposal.id ? { ...other, proposal } : other,
    );
  }
  return index < 0;
}

/** @param {Conversation} conversation @param {View} view */
export function isIn(conversation, view) {
  if (view === "resolved") return conversation.resolved;
  if (conversation.resolved) return false;
  if (view === "waiting") return conversation.floor === "queue";
  if (view === "mine") return holds(conversation) && !asleep(conversation);
  if (view === "snoozed") return holds(conversation) && asleep(conversation);
  if (view === "live") return conversation.floor !== "ai" || now() - Date.parse(since(conversation)) < LIVE_FOR;
  return true;
}

/** Whether its holder has put it aside. @param {Conversation} c */
export function asleep(c) {
  return Boolean(c.handoff?.snoozed_until) && Date.parse(c.handoff?.snoozed_until ?? "") > now();
}

/** Whether this person may see all that is live and take over from colleagues. */
export function supervises() {
  return state.me?.role === "supervisor";
}

/**
 * What the list shows: a view narrowed to the filters, or what a search has found in all of them, in the server's order.
 * What the server has found for filters of handoffs that have ended counts too: a row does not tell those.
 *
 * @returns {Conversation[]}
 */
export function listed() {
  const { filters, found } = state;
  if (filters["q"]) return (found?.ids ?? []).flatMap((id) => state.conversations.get(id) ?? []).filter((c) => c.resolved || fits(c, filters, state.me?.id, now()));
  return inView(state.view).filter((c) => (c.resolved ? !Object.keys(filters).length || found?.ids.includes(c.id) : fits(c, filters, state.me?.id, now())));
}

/**
 * The conversations of a view: who waits comes first, in the order that the server gives them; then those where a person owes
 * an answer, what has come back from being put aside before the rest; then those where nothing is due, latest first.
 *
 * @param {View} view
 */
export function inView(view) {
  return [...state.conversations.values()].filter((c) => isIn(c, view)).sort(compare);
}

/** @param {Conversation} a @param {Conversation} b */
function compare(a, b) {
  const group = stage(a) - stage(b);
  if (group) return group;
  const woken = Number(Boolean(b.handoff?.woken_at)) - Number(Boolean(a.handoff?.woken_at));
  if (woken && stage(a) === 1) return woken;
  const priority = (b.handoff?.priority ?? 0) - (a.handoff?.priority ?? 0);
  if (priority && stage(a) < 2) return priority;
  const order = (Date.parse(since(a)) - Date.parse(since(b))) * (stage(a) < 2 ? 1 : -1);
  return order || customerName(a).localeCompare(customerName(b)) || a.id.localeCompare(b.id);
}

/** @param {Conversation} c 0: waits for a person, 1: a person owes an answer, 2: nothing is due, 3: put aside */
function stage(c) {
  if (c.resolved) return 2;
  if (c.floor === "queue") return 0;
  if (c.handoff?.snoozed_until) return 3;
  if (c.handoff?.woken_at) return 1;
  return c.floor === "human" && c.last_message?.author_kind === "customer" ? 1 : 2;
}

/**
 * The moment a row counts from: waiting since, unanswered since, or last words.
 *
 * @param {Conversation} c
 */
export function since(c) {
  if (stage(c) === 0 && c.handoff) return c.handoff.opened_at;
  return c.last_message?.created_at ?? c.created_at;
}

/** @param {Conversation} c what `since` means, ready to stand before a time */
export function sinceWord(c) {
  return ["waiting ", c.last_message?.author_kind === "customer" ? "unanswered " : "", ""][stage(c)] ?? "";
}

/** Whether this person may write to the customer of the conversation. @param {Conversation} c */
export function holds(c) {
  return !c.resolved && c.floor === "human" && c.holder?.id === state.me?.id;
}
