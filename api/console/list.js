/** The left side: views with their counts, and the conversations of one view. */

import { byId, fill, h } from "./dom.js";
import { Problem, desk } from "./http.js";
import { VIEWS, changed, inView, put, since, sinceWord, state } from "./store.js";
import { agoElement, clockElement, customerName, lean, plain, shortened, soon } from "./words.js";

/** @import {Conversation, View} from "./types.js" */

const LABELS = { waiting: "Waiting", mine: "Mine", open: "Open", resolved: "Resolved" };
const EMPTY = {
  waiting: "Nobody is waiting. New handoffs appear here by themselves.",
  mine: "You hold no conversation. Claim one from Waiting.",
  open: "No open conversation.",
  resolved: "Nothing resolved yet.",
};

/** Rows that are on screen, kept so that focus and the reading position survive a redraw. */
/** @type {Map<string, {item: HTMLLIElement, button: HTMLButtonElement, drawn: string}>} */
const rows = new Map();

/** Id of the row that j and k move from. @type {string | null} */
let cursor = null;

/** @type {(id: string) => void} */
let openConversation = () => {};

/** @param {(id: string) => void} open called when a row is chosen */
export function startList(open) {
  openConversation = open;
  fill(
    byId("views"),
    ...VIEWS.map((view, index) =>
      h(
        "button",
        { type: "button", class: "view", "data-view": view, "aria-keyshortcuts": index + 1, onclick: () => showView(view) },
        LABELS[view],
        h("span", { class: "count" }),
      ),
    ),
  );
  byId("more").addEventListener("click", loadMore);
}

/** @param {View} view */
export function showView(view) {
  state.view = view;
  cursor = null;
  byId("rows").scrollTop = 0;
  changed();
}

export function drawList() {
  for (const view of VIEWS) {
    const button = byId("views").querySelector(`[data-view=${view}]`);
    button?.setAttribute("aria-pressed", String(view === state.view));
    const count = inView(view).length;
    const shown = `${count}${state.next[view] ? "+" : ""}`;
    const badge = button?.querySelector(".count");
    if (badge && badge.textContent !== shown) badge.textContent = shown;
    badge?.classList.toggle("alert", view === "waiting" && count > 0);
  }
  const list = byId("rows");
  const wanted = inView(state.view);
  const focused = document.activeElement;
  const ids = new Set(wanted.map((c) => c.id));
  for (const [id, row] of rows) {
    if (ids.has(id)) continue;
    row.item.remove();
    rows.delete(id);
  }
  wanted.forEach((conversation, index) => {
    const row = rowOf(conversation);
    if (list.children[index] !== row.item) list.insertBefore(row.item, list.children[index] ?? null);
  });
  // Moving an element in the page takes its focus away.
  if (focused instanceof HTMLElement && focused !== document.activeElement && list.contains(focused)) focused.focus();
  const empty = byId("rows-empty");
  empty.hidden = wanted.length > 0;
  empty.textContent = state.link === "connecting" ? "Loading…" : EMPTY[state.view];
  byId("more").hidden = !state.next[state.view];
}

/** @param {Conversation} conversation */
function rowOf(conversation) {
  const { id } = conversation;
  const unread = state.unread.has(id);
  const drawn = JSON.stringify([conversation, unread, state.me?.id]);
  let row = rows.get(id);
  if (!row) {
    const button = h("button", {
      type: "button",
      class: "row",
      "data-id": id,
      onclick: () => openConversation(id),
      onfocus: () => (cursor = id),
    });
    row = { item: h("li", {}, button), button, drawn: "" };
    rows.set(id, row);
  }
  if (row.drawn !== drawn) {
    drawRow(row.button, conversation, unread);
    row.drawn = drawn;
  }
  if (id === state.openId) row.button.setAttribute("aria-current", "true");
  else row.button.removeAttribute("aria-current");
  return row;
}

/** @param {HTMLButtonElement} button @param {Conversation} c @param {boolean} unread */
function drawRow(button, c, unread) {
  const urgency = c.resolved || !c.handoff ? "none" : c.handoff.urgency;
  button.dataset["urgency"] = urgency;
  fill(
    button,
    h(
      "span",
      { class: "row-top" },
      unread && h("span", { class: "unread" }, h("span", { class: "unseen" }, "New message. ")),
      h("span", { class: "who", dir: "auto" }, customerName(c)),
      h("span", { class: "when" }, agoElement(since(c), sinceWord(c))),
    ),
    h(
      "span",
      { class: "row-why" },
      (urgency === "urgent" || urgency === "high" || urgency === "low") && h("span", { class: `urgency ${urgency}` }, urgency),
      h("span", { class: "reason" }, standing(c)),
      c.floor === "queue" && c.handoff && h("span", { class: "queue" }, c.handoff.queue),
      c.emotion && h("span", { class: `mood ${lean(c.emotion.valence)}` }, plain(c.emotion.label)),
    ),
    h(
      "span",
      { class: "row-last" },
      c.last_message && h("span", { class: "last", dir: "auto" }, speaker(c), shortened(c.last_message.text, 200)),
      c.handoff?.snoozed_until
        ? h("span", { class: "clock" }, `aside until ${soon(c.handoff.snoozed_until)}`)
        : clockElement(c.handoff?.clock),
      h("span", { class: "case" }, c.case_number),
    ),
  );
}

/** Why it is at the desk, or who has it. @param {Conversation} c */
function standing(c) {
  if (c.resolved) return "Resolved";
  if (c.floor === "ai") return "With the AI";
  const reason = c.handoff?.reason_label ?? "";
  if (c.floor === "queue" || !c.holder || c.holder.id === state.me?.id) return reason || "Waiting";
  return reason ? `${c.holder.name} · ${reason}` : c.holder.name;
}

/** Who said the last words; nothing when it was the customer. @param {Conversation} c */
function speaker(c) {
  const kind = c.last_message?.author_kind;
  if (!kind || kind === "customer") return null;
  const word = kind === "ai" ? "AI" : kind === "human" ? "Desk" : "System";
  return h("span", { class: "speaker" }, `${word}: `);
}

/**
 * Move the focus in the list.
 *
 * @param {1 | -1} step
 */
export function moveInList(step) {
  const ids = inView(state.view).map((c) => c.id);
  if (!ids.length) return;
  const from = ids.indexOf(cursor ?? state.openId ?? "");
  const to = from < 0 ? (step > 0 ? 0 : ids.length - 1) : Math.min(ids.length - 1, Math.max(0, from + step));
  const button = rows.get(ids[to] ?? "")?.button;
  button?.focus();
  button?.scrollIntoView({ block: "nearest" });
}

async function loadMore() {
  const view = state.view;
  const button = /** @type {HTMLButtonElement} */ (byId("more"));
  button.disabled = true;
  try {
    const page = await desk.list(view, state.next[view], view === "waiting" ? state.queue : "");
    state.next[view] = page.next;
    page.items.forEach(put);
    button.textContent = "Show more";
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    button.textContent = "Could not load more. Try again";
  } finally {
    button.disabled = false;
    changed();
  }
}
