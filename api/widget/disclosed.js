/** Puts on record that the disclosure was seen: once it stands on the screen, in this language, for this person. */

import { newId } from "./ids.js";
import { keep, recall } from "./keep.js";

const RETRY_MS = 5000;

export class Disclosed {
  /** @type {Set<HTMLElement>} */
  #watched = new Set();
  #owner = "";
  #post;
  #sight = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) if (isIntersecting) this.#seen(/** @type {HTMLElement} */ (target));
  }, { threshold: 0.5 });

  /** @param {(shown: object) => Promise<void>} post throws Problem | TypeError */
  constructor(post) {
    this.#post = post;
  }

  /** Somebody else is there, or the same person again. @param {string} owner */
  begin(owner) {
    this.#owner = owner;
    this.again();
  }

  /** @param {HTMLElement} disclosure */
  watch(disclosure) {
    this.#watched.add(disclosure);
    this.#sight.observe(disclosure);
  }

  /** Its language has changed: looked at anew. */
  again() {
    for (const one of this.#watched) {
      this.#sight.unobserve(one);
      if (one.isConnected) this.#sight.observe(one);
      else this.#watched.delete(one);
    }
  }

  /** @param {HTMLElement} disclosure */
  async #seen(disclosure) {
    const [id, version, language] = (disclosure.dataset.disclosure ?? "").split(" ");
    const owner = this.#owner;
    const what = `${owner} ${id} ${version} ${language}`;
    const before = JSON.parse(recall("disclosed") ?? "[]");
    if (!owner || !id || before.includes(what)) return;
    keep("disclosed", JSON.stringify([...before, what]));
    const shown = { client_id: newId(), id, version: Number(version), language };
    while (owner === this.#owner) {
      try {
        return await this.#post(shown);
      } catch {
        await new Promise((again) => setTimeout(again, RETRY_MS)); // The same id: it is one showing.
      }
    }
  }
}
