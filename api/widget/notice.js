/** The line above the thread that says how the panel stands: no connection, saved, refused. One thing at a time. */

import { byId, label } from "./dom.js";

/** @typedef {import("./words.js").Word} Word */

export class Notice {
  #box = byId("notice");
  #text = byId("notice-text");
  #again = byId("notice-again");
  /** @type {Word | null} */
  #told = null;

  constructor() {
    label(this.#again, "again");
  }

  /** @param {Word | null} word null takes it away @param {() => void} [again] what the button beside it tries */
  tell(word, again) {
    this.#told = word;
    this.#box.classList.toggle("shown", word !== null);
    if (word) label(this.#text, word);
    else this.#text.replaceChildren();
    if (!word) delete this.#text.dataset.say;
    this.#again.hidden = !again;
    this.#again.onclick = again ?? null;
  }

  /** Takes it away, if it still says that. @param {Word} word */
  withdraw(word) {
    if (this.#told === word) this.tell(null);
  }
}
