/** The quoted passage behind a citation, shown while its link is hovered or focused (WCAG 1.4.13: stays under the
 * pointer, closes with Esc). */

import { byId } from "./dom.js";

/** @typedef {import("./types.js").Citation} Citation */

const HIDE_AFTER_MS = 120; // Time enough to move the pointer from the link onto the quote.
let hiding = 0;
/** @type {HTMLElement | null} */
let shownFor = null;

/** @param {HTMLElement} link @param {Citation} citation */
function show(link, citation) {
  clearTimeout(hiding);
  if (shownFor === link) return;
  const box = byId("quote");
  const [title, quote] = /** @type {any} */ (box.children);
  title.textContent = [citation.title, citation.heading].filter(Boolean).join(" · ");
  quote.textContent = citation.quote;
  box.hidden = false;
  shownFor?.removeAttribute("aria-describedby");
  shownFor = link;
  link.setAttribute("aria-describedby", "quote");
  place();
}

/** Above its link, else below; away with a link that is scrolled out of sight. */
function place() {
  if (!shownFor) return;
  const box = byId("quote");
  const log = byId("log").getBoundingClientRect();
  const at = shownFor.getBoundingClientRect();
  if (at.bottom < log.top || at.top > log.bottom) return void hideQuote();
  const above = at.top - box.offsetHeight - 6;
  box.style.top = `${above > 8 ? above : at.bottom + 6}px`;
}

/** @returns {boolean} whether a quote was open */
export function hideQuote() {
  clearTimeout(hiding);
  const box = byId("quote");
  const was = !box.hidden;
  box.hidden = true;
  shownFor?.removeAttribute("aria-describedby");
  shownFor = null;
  return was;
}

function hideSoon() {
  clearTimeout(hiding);
  hiding = window.setTimeout(hideQuote, HIDE_AFTER_MS);
}

/** @param {HTMLElement} link @param {Citation} citation */
export function quoteOn(link, citation) {
  // Not "pointerenter": a link that scrolls under a resting pointer was not pointed at.
  for (const event of ["pointermove", "focus"]) link.addEventListener(event, () => show(link, citation));
  for (const event of ["pointerleave", "blur"]) link.addEventListener(event, hideSoon);
}

/** The quote itself may be pointed at, and moves with its link. */
export function prepareQuotes() {
  byId("quote").addEventListener("pointerenter", () => clearTimeout(hiding));
  byId("quote").addEventListener("pointerleave", hideSoon);
  byId("log").addEventListener("scroll", place, { passive: true });
}
