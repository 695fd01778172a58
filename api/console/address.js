/** The address of what is on screen, `#<conversation>?view=open&queue=payments&q=parcel`, so that a reload keeps it. */

/** @import {Conversation, View} from "./types.js" */

/** What a list can be narrowed to, as the server names it. */
export const FILTERS = ["queue", "reason", "urgency", "language", "whose", "at_risk", "q"];

/**
 * What an address says. What it cannot mean is left out.
 *
 * @param {string} hash
 * @param {readonly string[]} views that there are
 * @returns {{id: string | null, view: View | null, filters: Record<string, string>}}
 */
export function read(hash, views) {
  const [id = "", query = ""] = hash.replace(/^#/, "").split("?");
  const given = new URLSearchParams(query);
  const view = given.get("view") ?? "";
  const filters = Object.fromEntries(FILTERS.flatMap((name) => (given.get(name) ? [[name, given.get(name) ?? ""]] : [])));
  return { id: /^[0-9a-f-]{36}$/.test(id) ? id : null, view: views.includes(view) ? /** @type {View} */ (view) : null, filters };
}

/**
 * The address for that. The view that one begins with needs no word.
 *
 * @param {{id: string | null, view: View, filters: Record<string, string>}} place
 */
export function written({ id, view, filters }) {
  const query = new URLSearchParams({ ...(view !== "waiting" && { view }), ...filters });
  return `#${id ?? ""}${query.size ? `?${query}` : ""}`;
}

/**
 * Whether a conversation that is not resolved is one of those. Words (`q`) only the server can look for.
 *
 * @param {Conversation} c
 * @param {Record<string, string>} filters
 * @param {string | undefined} me
 * @param {number} now milliseconds
 */
export function fits(c, filters, me, now) {
  const { handoff } = c;
  const wanted = /** @type {const} */ (["queue", "reason", "urgency", "language"]);
  if (wanted.some((name) => filters[name] && handoff?.[name] !== filters[name])) return false;
  if (filters["whose"] === "mine" && c.holder?.id !== me) return false;
  if (filters["whose"] === "unclaimed" && c.holder) return false;
  const risk = handoff?.clock?.at_risk_from;
  return !filters["at_risk"] || Boolean(risk && Date.parse(risk) <= now);
}

/**
 * The order of a list while somebody aims at a row in it: what is there stays where it is, what is new comes below.
 *
 * @param {string[]} shown
 * @param {string[]} wanted
 */
export function steady(shown, wanted) {
  return [...shown, ...wanted.filter((id) => !shown.includes(id))];
}
