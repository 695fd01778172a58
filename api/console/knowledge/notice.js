/** What just happened, in words, above the page until dismissed, the next one, or another page. */

import { byId } from "../dom.js";

/** Milliseconds after which whoever goes on to another page has read it. */
const READ = 4000;

let since = 0;

/** @param {string} text "" for none @param {boolean} [bad] */
export function say(text, bad = false) {
  since = Date.now();
  byId("notice").hidden = !text;
  byId("notice").classList.toggle("bad", bad);
  byId("notice-text").textContent = text;
}

/** Another page is shown: away with what was read. What has just happened stays, for it may be why the page is another. */
export function turnedPage() {
  if (Date.now() - since > READ) say("");
}

export function startNotice() {
  byId("notice-close").addEventListener("click", () => {
    say("");
    byId("main").querySelector("h2")?.focus();
  });
}
