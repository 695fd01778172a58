/** What just happened, in words, above the page until dismissed or the next one. */

import { byId } from "../dom.js";

/** @param {string} text "" for none @param {boolean} [bad] */
export function say(text, bad = false) {
  byId("notice").hidden = !text;
  byId("notice").classList.toggle("bad", bad);
  byId("notice-text").textContent = text;
}

export function startNotice() {
  byId("notice-close").addEventListener("click", () => {
    say("");
    byId("main").querySelector("h2")?.focus();
  });
}
