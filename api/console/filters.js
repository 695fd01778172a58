/** What the list is narrowed to: a search over every view, and filters of the one that is shown. It stands in the address. */

import { read, written } from "./address.js";
import { byId, fill, h } from "./dom.js";
import { Problem, desk } from "./http.js";
import { changed, put, state, tabs } from "./store.js";
import { languageName, plain } from "./words.js";

/** @import {View} from "./types.js" */

/** Milliseconds after the last key before a search goes out. */
const PAUSE = 250;
const URGENCIES = ["urgent", "high", "normal", "low"];
const WHOSE = { mine: "Mine", unclaimed: "Nobody’s" };

/** Names of the selects, and what of a conversation they are about. */
const SELECTS = /** @type {const} */ (["queue", "reason", "urgency", "language", "whose"]);
let due = 0;
let asked = 0;
let drawn = "";

const box = /** @type {HTMLInputElement} */ (byId("search"));
const risk = /** @type {HTMLInputElement} */ (byId("filter-at_risk"));

export function startFilters() {
  box.addEventListener("input", () => {
    clearTimeout(due);
    due = window.setTimeout(() => narrow({ q: box.value.trim() }), PAUSE);
  });
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !box.value) return;
    event.stopPropagation(); // the first Esc empties the box, the next one leaves it
    box.value = "";
    narrow({ q: "" });
  });
  for (const name of SELECTS) select(name).addEventListener("change", () => narrow({ [name]: select(name).value }));
  risk.addEventListener("change", () => narrow({ at_risk: risk.checked ? "true" : "" }));
  byId("filters-clear").addEventListener("click", () => {
    box.value = "";
    state.filters = {};
    narrow({});
    byId("filters-toggle").focus(); // the button that was pressed is gone
  });
  byId("filters-toggle").addEventListener("click", () => show(byId("filters").hidden));
}

/** @param {boolean} shown */
function show(shown) {
  byId("filters").hidden = !shown;
  byId("filters-toggle").setAttribute("aria-expanded", String(shown));
}

/** Go to the search box. */
export function search() {
  box.focus();
  box.select();
}

/** Open the filters and go there, or close them. */
export function toggleFilters() {
  show(byId("filters").hidden);
  if (byId("filters").hidden) byId("filters-toggle").focus();
  else select("queue").focus();
}

/** Take view and filters from the address, as a reload or the back button finds them. @param {string} hash */
export function takeAddress(hash) {
  const { view, filters } = read(hash, tabs());
  state.view = view ?? "waiting";
  state.filters = filters;
  box.value = filters["q"] ?? "";
  if (Object.keys(filters).some((name) => name !== "q")) show(true);
  void find();
}

/** Say in the address what is on screen. */
export function keepAddress() {
  const hash = written({ id: state.openId, view: state.view, filters: state.filters });
  if (location.hash !== hash) history.replaceState(null, "", hash === "#" ? location.pathname : hash);
}

/** @param {Record<string, string>} change an empty word takes a filter away */
function narrow(change) {
  const next = { ...state.filters, ...change };
  state.filters = Object.fromEntries(Object.entries(next).filter(([, value]) => value));
  keepAddress();
  void find();
}

/** Ask the server what is there for the filters: a list here holds only its first page. */
export async function find() {
  const filters = state.filters;
  const mine = ++asked;
  if (!Object.keys(filters).length) {
    state.found = null;
    return changed();
  }
  try {
    const page = await desk.list(scope(), null, filters);
    if (mine !== asked) return; // other words were typed meanwhile
    page.items.forEach(put);
    state.found = { ids: page.items.map((c) => c.id), next: page.next };
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    state.found = { ids: [], next: null };
  }
  changed();
}

/** The next page of what is narrowed. Raises `Problem`. */
export async function findMore() {
  const page = await desk.list(scope(), state.found?.next, state.filters);
  page.items.forEach(put);
  state.found = { ids: [...(state.found?.ids ?? []), ...page.items.map((c) => c.id)], next: page.next };
}

/** @returns {View | "all"} the server's list to look in */
function scope() {
  if (state.filters["q"]) return "all";
  return state.view === "snoozed" ? "mine" : state.view;
}

export function drawFilters() {
  const next = JSON.stringify([state.filters, options()]);
  if (next === drawn) return;
  drawn = next;
  for (const name of SELECTS) {
    const chosen = state.filters[name] ?? "";
    const all = Object.entries({ ...(chosen && { [chosen]: plain(chosen) }), ...options()[name] });
    fill(select(name), h("option", { value: "" }, "Any"), ...all.map(([value, words]) => h("option", { value }, words)));
    select(name).value = chosen;
  }
  risk.checked = Boolean(state.filters["at_risk"]);
  const count = Object.keys(state.filters).filter((name) => name !== "q").length;
  byId("filters-toggle").textContent = count ? `Filters (${count})` : "Filters";
  byId("filters-clear").hidden = !Object.keys(state.filters).length;
}

/** What can be chosen: what occurs. @returns {Record<string, Record<string, string>>} */
function options() {
  const trips = [...state.conversations.values()].flatMap((c) => c.handoff ?? []);
  /** @param {[string, string][]} pairs */
  const sorted = (pairs) => Object.fromEntries(pairs.sort((a, b) => a[1].localeCompare(b[1])));
  return {
    queue: sorted(trips.map((t) => [t.queue, plain(t.queue)])),
    reason: sorted(trips.map((t) => [t.reason, t.reason_label])),
    urgency: Object.fromEntries(URGENCIES.map((u) => [u, u])),
    language: sorted(trips.flatMap((t) => (t.language ? [[t.language, languageName(t.language)]] : []))),
    whose: WHOSE,
  };
}

/** @param {string} name @returns {HTMLSelectElement} */
function select(name) {
  return byId(`filter-${name}`);
}
