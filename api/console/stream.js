/** The desk's event stream: what arrives goes into the store, and a lost line mends itself. */

import { heardSign } from "./activity.js";
import { Problem, desk } from "./http.js";
import { changed, holds, isIn, lists, put, putDetail, putMessage, state } from "./store.js";
import { authorWord, customerName, shortened } from "./words.js";

/** @import {Conversation, Message} from "./types.js" */

/** What arrives is told here, for those who listen to the page instead of seeing it. Set by console.js. */
export const heard = {
  announce: (/** @type {string} */ _text) => {},
  /** An internal note has come. @type {(conversationId: string, message: Message) => void} */
  note: () => {},
  /** The line is open again, and something may have been missed. */
  opened: () => {},
  /** The lists were loaded anew. */
  reloaded: () => {},
  /** A conversation was this person's, and is a colleague's or a queue's now. */
  lost: (/** @type {Conversation} */ _conversation) => {},
};

/** @type {EventSource | null} */
let source = null;
/** Id of the last event seen, so that a stream opened anew goes on from there. */
let seen = "";
let pause = 1000;
let detailDue = 0;
let retryDue = 0;

/** Begin to listen, and load the lists each time the line opens, so that nothing between is missed. */
export function listen() {
  hangUp();
  const opened = new EventSource(`/v1/desk/events${seen ? `?last_event_id=${encodeURIComponent(seen)}` : ""}`);
  source = opened;
  opened.addEventListener("open", () => {
    pause = 1000;
    state.link = "live";
    heard.opened();
    void reload();
  });
  opened.addEventListener("error", () => {
    state.link = "retrying";
    changed();
    // The browser tries again by itself unless it was refused outright (an ended session, a gateway's 502).
    if (opened.readyState === EventSource.CLOSED && source === opened) retryDue = window.setTimeout(retry, pause);
  });
  opened.addEventListener("conversation", (event) => {
    seen = event.lastEventId || seen;
    onConversation(JSON.parse(event.data));
  });
  opened.addEventListener("activity", (event) => heardSign(JSON.parse(event.data)));
  opened.addEventListener("message", (event) => {
    seen = event.lastEventId || seen;
    const { conversation_id, message } = JSON.parse(event.data);
    onMessage(conversation_id, message);
  });
}

/** Stop listening. */
export function hangUp() {
  clearTimeout(retryDue);
  source?.close();
  source = null;
}

async function retry() {
  pause = Math.min(pause * 2, 30_000);
  try {
    await desk.me(); // a 401 leads to the sign-in page
    listen();
  } catch (problem) {
    retryLater(problem);
  }
}

/** Load the first page of every view, and the open conversation again. */
export async function reload() {
  try {
    const views = lists();
    const pages = await Promise.all(views.map((view) => desk.list(view)));
    state.conversations.clear(); // what moved on while the line was down must not linger
    pages.forEach((page, index) => {
      state.next[views[index] ?? "open"] = page.next;
      page.items.forEach(put);
    });
    changed();
    heard.reloaded();
    if (state.openId) await reloadDetail();
  } catch (problem) {
    retryLater(problem);
  }
}

/** @param {unknown} problem why there is no line now */
function retryLater(problem) {
  if (!(problem instanceof Problem)) throw problem;
  if (problem.status === 401) return; // the sign-in page is shown and begins anew
  state.link = "retrying";
  changed();
  clearTimeout(retryDue);
  retryDue = window.setTimeout(retry, pause);
}

/** Fetch the conversation on screen again. Raises `Problem`. */
export async function reloadDetail() {
  clearTimeout(detailDue);
  detailDue = 0;
  const id = state.openId;
  if (id) putDetail(await desk.conversation(id));
}

/**
 * Soon: several events of one change come together. A failure may pass in silence, as the next event or the
 * next reconnection fetches again.
 */
function reloadDetailSoon() {
  if (detailDue) return;
  detailDue = window.setTimeout(
    () =>
      reloadDetail().catch((problem) => {
        if (!(problem instanceof Problem)) throw problem;
      }),
    150,
  );
}

/** @param {Conversation} conversation */
function onConversation(conversation) {
  const known = state.conversations.get(conversation.id);
  const waited = known ? isIn(known, "waiting") : false;
  const held = known ? holds(known) : false;
  put(conversation);
  if (held && !conversation.resolved && conversation.floor !== "ai" && !holds(state.conversations.get(conversation.id) ?? conversation)) heard.lost(conversation);
  if (!waited && isIn(conversation, "waiting") && isIn(state.conversations.get(conversation.id) ?? conversation, "waiting")) {
    const { urgency, reason_label } = conversation.handoff ?? { urgency: "normal", reason_label: "" };
    heard.announce(`Now waiting: ${customerName(conversation)}, ${reason_label}, urgency ${urgency}`);
  }
  // The briefing, the handoffs and the state of proposals are told only with the whole conversation.
  if (conversation.id === state.openId) reloadDetailSoon();
}

/** @param {string} conversationId @param {Message} message */
function onMessage(conversationId, message) {
  const conversation = state.conversations.get(conversationId);
  const last = conversation?.last_message?.created_at;
  // A replay brings old messages again, and so do signals that were read later: those are no news.
  const news = Boolean(last) && Date.parse(message.created_at) > Date.parse(last ?? "");
  const fresh = putMessage(conversationId, message);
  if (message.kind === "note") heard.note(conversationId, message);
  if (message.author.kind !== "customer") return;
  const open = conversationId === state.openId;
  const mine = conversation && isIn(conversation, "mine");
  if (mine && news && (!open || document.hidden)) state.unread.add(conversationId);
  if ((open && fresh) || (mine && news && !open)) {
    heard.announce(`${conversation ? customerName(conversation) : authorWord(message)} wrote: ${shortened(message.text, 160)}`);
  }
}
