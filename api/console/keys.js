/** The keyboard. Single letters work only outside of text fields, and can be switched off (WCAG 2.1.4). */

import { claim, claimable, press } from "./actions.js";
import { openApproval } from "./approvals.js";
import { openPassages, openSuggestion } from "./aids.js";
import { mayWhisper, write } from "./composer.js";
import { toOrders } from "./customer.js";
import { byId } from "./dom.js";
import { search, toggleFilters } from "./filters.js";
import { moveInList, showView } from "./list.js";
import { takeNext } from "./shift.js";
import { openMentions } from "./mentions.js";
import { state, tabs } from "./store.js";

const STORED = "candor.desk.keys";

/** @type {(id: string) => Promise<void>} */
let openConversation = async () => {};

/**
 * Do something with the conversation in hand: the one whose row has the focus, else the open one. Someone who
 * moved to a row with j and k means that row.
 *
 * @param {() => unknown} act
 */
async function inHand(act) {
  const id = document.activeElement?.closest(".row")?.getAttribute("data-id") ?? state.openId;
  if (id && (id !== state.openId || !state.detail)) await openConversation(id); // a key may come before it is loaded
  if (state.detail && state.detail.id === id) act();
}

/** What each key does; index.html's help names them all. @type {Record<string, () => unknown>} */
export const keys = {
  j: () => moveInList(1),
  k: () => moveInList(-1),
  t: () => takeNext(),
  c: () => inHand(() => claimable() && claim()),
  a: () => inHand(openApproval),
  r: () => inHand(() => write("reply")),
  n: () => inHand(() => write("note")),
  w: () => inHand(() => mayWhisper() && write("whisper")),
  g: () => inHand(openSuggestion),
  i: () => inHand(openPassages),
  "@": () => openMentions(),
  b: () => byId("toggle-side").click(),
  o: () => inHand(toOrders),
  p: () => inHand(() => press("transfer")),
  s: () => inHand(() => press("snooze", "wake")),
  h: () => inHand(() => press("hand-back")),
  e: () => inHand(() => press("resolve")),
  x: () => inHand(() => press("take-over")),
  "/": search,
  f: toggleFilters,
  "?": () => /** @type {HTMLDialogElement} */ (byId("keys-dialog")).showModal(),
};
for (let number = 1; number <= 6; number += 1) keys[String(number)] = () => showView(tabs()[number - 1] ?? "waiting");

/** @param {(id: string) => Promise<void>} open opens a conversation; settles when it is loaded */
export function startKeys(open) {
  openConversation = open;
  const choice = /** @type {HTMLInputElement} */ (byId("keys-on"));
  choice.checked = localStorage.getItem(STORED) !== "off";
  choice.addEventListener("change", () => localStorage.setItem(STORED, choice.checked ? "on" : "off"));
  byId("show-keys").addEventListener("click", () => keys["?"]?.());
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (byId("desk").hidden || document.querySelector("dialog[open]")) return;
    const { target } = event;
    const typing = target instanceof HTMLElement && target.matches("textarea, input, select");
    if (event.key === "Escape" && typing) return byId("thread").focus();
    if (event.key === "Escape" && byId("desk").classList.contains("side-shown")) return byId("toggle-side").click();
    if (typing || !choice.checked) return;
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}
