/**
 * When to ask whether it is solved: once the AI has answered and the customer has been silent for a while with the chat
 * open, or a person has marked it as resolved, or the customer closes the chat. The server has the last word, and says yes once.
 */

import { keep, recall } from "./keep.js";

/**
 * @typedef {import("./types.js").Message} Message
 * @typedef {import("./types.js").FloorState} FloorState
 * @typedef {import("./types.js").Rating} Rating
 * @typedef {import("./types.js").RatingState} RatingState
 *
 * @typedef {object} Parts
 * @property {(closing: boolean) => Promise<boolean>} mayAsk
 * @property {(rating: Rating) => Promise<void>} rate
 * @property {(card: HTMLElement) => void} show
 * @property {() => void} talk
 * @property {() => boolean} busy they do not look, or are writing
 */

const SKIPPED = "rating-skipped"; // what is kept of a question that was put away
const MARGIN_MS = 2000; // the server's clock and this one differ a little
const LATER_MS = 30_000; // until the next look at somebody who was busy
const LONGEST_WAIT_TO_CLOSE_MS = 700; // closing must feel like closing

export class Asking {
  /** @type {RatingState} */
  #state = { asked: true, open: false, after_seconds: 0 };
  #floor = "ai";
  #resolved = false;
  /** When the last word was said, and whether it answers a customer. */
  #lastAt = 0;
  #lastBy = "";
  #hasAsked = false;
  #timer = 0;
  /** @type {HTMLElement | null} */
  #card = null;
  #parts;

  /** @param {Parts} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  /** Somebody else is there now. */
  reset() {
    this.drop();
    this.#state = { asked: true, open: false, after_seconds: 0 };
    this.#hasAsked = this.#resolved = false;
    this.#lastBy = "";
  }

  /** @param {RatingState} state */
  stands(state) {
    this.#state = { ...state, asked: state.asked || this.#card !== null };
    // The page was loaded anew under the question: it is still there, unless it was put away.
    if (state.open && !this.#card && !recall(SKIPPED)) void this.#put();
    this.look();
  }

  /** @param {Message} message */
  heard(message) {
    this.#lastAt = Date.parse(message.created_at);
    this.#lastBy = message.author.kind;
    this.#hasAsked ||= message.author.kind === "customer";
    this.look();
  }

  /** @param {FloorState} floor */
  moved({ floor, resolved }) {
    this.#floor = floor;
    this.#resolved = resolved;
    this.look();
  }

  /** Sets the clock anew. */
  look() {
    clearTimeout(this.#timer);
    if (!this.#plausible()) return;
    const silent = Date.now() - this.#lastAt;
    const wait = this.#resolved ? MARGIN_MS : Math.max(0, this.#state.after_seconds * 1000 - silent) + MARGIN_MS;
    this.#timer = window.setTimeout(() => this.#ask(), wait);
  }

  /** The question is taken away if nobody has answered it: the customer goes on. */
  drop() {
    clearTimeout(this.#timer);
    this.#card?.remove();
    this.#card = null;
  }

  /** Asks somebody who is about to close the chat. @returns {Promise<boolean>} whether they are asked, and so stay for a moment */
  async whenLeaving() {
    if (!this.#plausible()) return false;
    const asking = this.#begin(true).then((card) => {
      card?.focus();
      return card !== null;
    });
    return Promise.race([asking, new Promise((resolve) => setTimeout(() => resolve(false), LONGEST_WAIT_TO_CLOSE_MS))]);
  }

  #plausible() {
    return !this.#state.asked && this.#floor === "ai" && this.#hasAsked && (this.#resolved || this.#lastBy === "ai");
  }

  #ask() {
    if (this.#parts.busy()) this.#timer = window.setTimeout(() => this.#ask(), LATER_MS);
    else void this.#begin(false);
  }

  /** @param {boolean} closing @returns {Promise<HTMLElement | null>} */
  async #begin(closing) {
    try {
      if (!(await this.#parts.mayAsk(closing))) return null;
    } catch {
      return null; // Not worth a word: nothing of the customer's is lost.
    }
    this.#state = { ...this.#state, asked: true };
    keep(SKIPPED, null);
    return this.#put();
  }

  /** Lays the card under the conversation. */
  async #put() {
    const { ratingCard } = await import("./rating.js"); // most conversations never need it
    this.#card = ratingCard(
      this.#parts,
      () => (this.#card = null),
      () => keep(SKIPPED, "yes"),
    );
    this.#parts.show(this.#card);
    return this.#card;
  }
}
