/** The left side: views with their counts, and the conversations of one view. */

import { byId, fill, h } from "./dom.js";
import { Problem, desk } from "./http.js";
import { colleaguesAt } from "./activity.js";
import { steady } from "./address.js";
import { drawFilters, find, findMore, keepAddress } from "./filters.js";
import { asleep, changed, inView, listed, put, since, sinceWord, state, tabs } from "./store.js";
import { agoElement, clockElement, clockTime, customerName, day, lean, plain, shortened, soon } from "./words.js";

/** @import {Conversation, View} from "./types.js" */

const LABELS = { waiting: "Waiting", mine: "Mine", open: "Open", resolved: "Resolved", snoozed: "Snoozed", live: "Live" };
const EMPTY = {
  waiting: "Nobody is waiting. New handoffs appear here by themselves.",
  mine: "You hold no conversation. Claim one from Waiting.",
  open: "No open conversation.",
  resolved: "Nothing resolved yet.",
  snoozed: "You have put nothing aside.",
  live: "Nothing is going on at the moment.",
};
/** Milliseconds after a move of the mouse in which rows keep their places: longer than from aiming to clicking. */
const AIMING = 4000;
/** When the mouse last moved over the rows; 0 while it is elsewhere. */
let aimed = 0;
let steadyDue = 0;

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
  const box = byId("rows-box");
  box.addEventListener("pointermove", (event) => {
    if (event.pointerType !== "mouse") return;
    aimed = Date.now();
    clearTimeout(steadyDue);
    steadyDue = window.setTimeout(changed, AIMING + 50);
  });
  box.addEventListener("pointerleave", () => {
    aimed = 0;
    changed();
  });
  byId("more").addEventListener("click", loadMore);
}

/** The buttons of the views; a supervisor has one more. */
function drawTabs() {
  if (byId("views").childElementCount === tabs().length) return;
  fill(
    byId("views"),
    ...tabs().map((view, index) =>
      h(
        "button",
        { type: "button", class: "view", "data-view": view, "aria-keyshortcuts": index + 1, onclick: () => showView(view) },
        LABELS[view],
        h("span", { class: "count" }),
      ),
    ),
  );
}

/** @param {View} view */
export function showView(view) {
  if (!tabs().includes(view)) return;
  state.view = view;
  if (state.filters["q"]) delete state.filters["q"]; // a search looks in every view; whoever asks for one is done with it
  /** @type {HTMLInputElement} */ (byId("search")).value = "";
  cursor = null;
  aimed = 0;
  byId("rows-box").scrollTop = 0;
  keepAddress();
  void find();
}

export function drawList() {
  drawTabs();
  drawFilters();
  for (const view of tabs()) {
    const button = byId("views").querySelector(`[data-view=${view}]`);
    button?.setAttribute("aria-pressed", String(view === state.view && !state.filters["q"]));
    const count = inView(view).length;
    // Nobody needs a place for what they have put aside before there is any.
    if (button instanceof HTMLElement) button.hidden = view === "snoozed" && !count && state.view !== view;
    const shown = `${count}${state.next[view] ? "+" : ""}`;
    const badge = button?.querySelector(".count");
    if (badge && badge.textContent !== shown) badge.textContent = shown;
    badge?.classList.toggle("alert", view === "waiting" && count > 0);
  }
  const list = byId("rows");
  const fresh = listed();
  const wanted = Date.now() - aimed < AIMING ? inPlace(fresh) : fresh;
  const focused = document.activeElement;
  const place = focused instanceof HTMLElement ? [...list.children].indexOf(focused.closest("#rows > li") ?? list) : -1;
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
  // Moving an element in the page takes its focus away, and removing it loses it: then the row in its place has it.
  if (focused instanceof HTMLElement && focused !== document.activeElement && list.contains(focused)) focused.focus();
  else if (place >= 0 && focused && !list.contains(focused)) {
    const next = list.children[Math.min(place, list.children.length - 1)]?.querySelector("button");
    (next ?? /** @type {HTMLElement | null} */ (byId("views").querySelector("[aria-pressed=true]")) ?? byId("search")).focus();
  }
  const empty = byId("rows-empty");
  empty.hidden = wanted.length > 0;
  const narrowed = Object.keys(state.filters).length > 0;
  const words = state.link === "connecting" ? "Loading…" : !narrowed ? EMPTY[state.view] : state.found ? "Nothing fits." : "Looking…";
  if (empty.textContent !== words) empty.textContent = words;
  byId("more").hidden = !(narrowed ? state.found?.next : state.next[state.view]);
}

/** The rows while somebody aims at one: none moves, and one that has left the view stays until the hand is still. @param {Conversation[]} fresh */
function inPlace(fresh) {
  const shown = [...byId("rows").children].map((item) => item.firstElementChild?.getAttribute("data-id") ?? "");
  return steady(shown, fresh.map((c) => c.id)).flatMap((id) => state.conversations.get(id) ?? []);
}

/** @param {Conversation} conversation */
function rowOf(conversation) {
  const { id } = conversation;
  const unread = state.unread.has(id);
  const here = id === state.openId ? [] : colleaguesAt(id);
  const drawn = JSON.stringify([conversation, unread, state.me?.id, here, asleep(conversation)]);
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
    drawRow(row.button, conversation, unread, here);
    row.drawn = drawn;
  }
  if (id === state.openId) row.button.setAttribute("aria-current", "true");
  else row.button.removeAttribute("aria-current");
  return row;
}

/** @param {HTMLButtonElement} button @param {Conversation} c @param {boolean} unread @param {string[]} here colleagues at it */
function drawRow(button, c, unread, here) {
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
    here.length > 0 && h("span", { class: "here" }, `${here.join(", ")} ${here.length === 1 ? "is" : "are"} looking`),
  );
}

/** Why it is at the desk, or who has it. @param {Conversation} c */
function standing(c) {
  if (c.resolved) return "Resolved";
  if (c.floor === "ai") return "With the AI";
  const until = c.handoff?.snoozed_until;
  if (until && asleep(c)) return `Snoozed until ${day(until)}, ${clockTime(until)}`;
  if (c.handoff?.woken_at && c.holder?.id === state.me?.id) return `Woke up · ${c.handoff.reason_label}`;
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
  const ids = [...byId("rows").children].map((item) => item.firstElementChild?.getAttribute("data-id") ?? "");
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
    if (state.found) await findMore();
    else {
      const page = await desk.list(view, state.next[view]);
      state.next[view] = page.next;
      page.items.forEach(put);
    }
    button.textContent = "Show more";
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    button.textContent = "Could not load more. Try again";
  } finally {
    button.disabled = false;
    changed();
  }
}
