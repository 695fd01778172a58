/** The menu in the panel's head: begin anew, keep a copy. */

import { byId, label } from "./dom.js";

export class Menu {
  #opener = byId("more");
  #box = byId("menu");
  #restart = /** @type {HTMLButtonElement} */ (byId("restart"));
  #save = /** @type {HTMLButtonElement} */ (byId("save"));

  /** @param {{restart: () => void, save: () => void}} actions */
  constructor({ restart, save }) {
    label(this.#opener, "menu", {}, "aria-label");
    label(this.#restart, "restart");
    label(this.#save, "save");
    this.#opener.addEventListener("click", () => this.#show(this.#box.hidden));
    this.#restart.addEventListener("click", () => (this.close(), restart()));
    this.#save.addEventListener("click", () => (this.close(), save()));
    document.addEventListener("pointerdown", ({ target }) => {
      const node = /** @type {Node} */ (target);
      if (!this.#box.contains(node) && !this.#opener.contains(node)) this.#show(false);
    });
    this.#box.addEventListener("focusout", ({ relatedTarget }) => {
      const to = /** @type {Node | null} */ (relatedTarget);
      if (to && !this.#box.contains(to) && to !== this.#opener) this.#show(false);
    });
  }

  /** @param {{restart: boolean, save: boolean}} can */
  allow({ restart, save }) {
    this.#restart.disabled = !restart;
    this.#save.disabled = !save;
  }

  /** Gives the focus back to the menu's button. @returns {boolean} whether it was open */
  close() {
    if (this.#box.hidden) return false;
    this.#show(false);
    this.#opener.focus();
    return true;
  }

  /** @param {boolean} open */
  #show(open) {
    this.#box.hidden = !open;
    this.#opener.setAttribute("aria-expanded", String(open));
    const first = [this.#restart, this.#save].find(({ disabled }) => !disabled);
    if (open) first?.focus();
  }
}
