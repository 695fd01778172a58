/**
 * Where the panel covers the shop's page (a phone, a low window) it is a modal dialog: Tab stays inside, Esc closes. Beside
 * the page it is none, and Tab goes on to the launcher and the page.
 */

const FOCUSABLE = "button, a[href], textarea, select, input, summary, [tabindex='0']";

/** @param {HTMLElement} panel @param {boolean} covering */
export function setCovering(panel, covering) {
  panel.setAttribute("aria-modal", String(covering));
}

/** @param {HTMLElement} panel */
export function keepFocusInside(panel) {
  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Tab" || panel.getAttribute("aria-modal") !== "true") return;
    const stops = /** @type {HTMLElement[]} */ ([...panel.querySelectorAll(FOCUSABLE)]).filter(
      (stop) => !(/** @type {any} */ (stop).disabled) && stop.checkVisibility() && !stop.closest("[inert]"),
    );
    const [first, last] = [stops[0], stops[stops.length - 1]];
    const leaves = event.shiftKey ? [first, panel] : [last];
    if (!leaves.includes(/** @type {HTMLElement} */ (document.activeElement))) return;
    event.preventDefault();
    (event.shiftKey ? last : first).focus();
  });
}
