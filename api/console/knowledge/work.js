/** What is typed and not saved yet: kept in this tab until it is, so that nothing typed is lost. */

/** @import {Fields} from "./types.js" */

/** `base` is the fingerprint of the version that the typing began from. @typedef {{base: string | null, slug: string, fields: Fields}} Work */

/** Who is signed in: a colleague who signs in after them must not find it. */
export const owner = { id: "" };

/** @param {string} slug @param {string} locale */
export function keyOf(slug, locale) {
  return `candor.kb.${owner.id}.${slug}.${locale}`;
}

/** @param {string} key @param {Work} work */
export function keep(key, work) {
  try {
    sessionStorage.setItem(key, JSON.stringify(work));
  } catch (error) {
    // The tab's storage is full: the words still stand in the form, and leaving warns.
    if (!(error instanceof DOMException)) throw error;
  }
}

/** @param {string} key @returns {Work | null} */
export function kept(key) {
  return JSON.parse(sessionStorage.getItem(key) ?? "null");
}

/** @param {string} key */
export function forget(key) {
  sessionStorage.removeItem(key);
}
