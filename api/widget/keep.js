/**
 * What the panel keeps in the browser. Where storage is blocked or full it lives in memory, until the page goes.
 *
 * `visitor` (who a visitor is) outlives the tab; all else belongs to one tab. The session token is never kept.
 */

/** What the browser would not keep. @type {Map<string, string>} */
const memory = new Map();

/** @param {string} name */
const store = (name) => (name === "visitor" ? localStorage : sessionStorage);

/** @param {string} name @returns {string | null} */
export function recall(name) {
  const here = memory.get(name);
  if (here !== undefined) return here; // newer than anything that a full storage still holds
  try {
    return store(name).getItem(`candor.${name}`);
  } catch {
    return null; // Blocked storage throws on access.
  }
}

/** @param {string} name @param {string | null} value null forgets it */
export function keep(name, value) {
  memory.delete(name);
  try {
    if (value === null) store(name).removeItem(`candor.${name}`);
    else store(name).setItem(`candor.${name}`, value);
  } catch {
    // Blocked or full storage: this page remembers, the next one does not.
    if (value !== null) memory.set(name, value);
  }
}

/** Leaves nothing of this person behind, for a sign-out. */
export function forgetAll() {
  for (const name of ["visitor", "draft", "files", "outbox", "read", "rating-skipped", "disclosed"]) keep(name, null);
}
