/** What the customer has written and the server has not taken yet: sent in order, once, and kept over a reload. */

import { keep, recall } from "./keep.js";
import { Problem } from "./session.js";

/** @typedef {import("./types.js").Pending} Pending */

const FIRST_RETRY_MS = 1000; // of a message that found no connection; doubled each time
const LONGEST_RETRY_MS = 20_000;

export class Outbox {
  /** @type {Pending[]} */
  #items = [];
  #sending = false;
  #stopped = new AbortController();
  /** Ends the wait before the next try. */
  #endWait = () => {};
  #parts;

  /**
   * @param {{post: (pending: Pending) => Promise<void>, show: (pending: Pending) => void}} parts post throws Problem | TypeError
   */
  constructor(parts) {
    this.#parts = parts;
    window.addEventListener("online", () => this.hurry(), { signal: this.#stopped.signal });
  }

  /** What was left over when the page went. @returns {Pending[]} */
  static left() {
    return JSON.parse(recall("outbox") ?? "[]");
  }

  stop() {
    this.#stopped.abort();
    this.hurry();
  }

  /** A connection seems to be there: no need to wait any longer. */
  hurry() {
    this.#endWait();
  }

  /** @param {Pending} pending */
  add(pending) {
    pending.state = "sending";
    delete pending.problem;
    if (!this.#items.includes(pending)) this.#items.push(pending);
    this.#keep();
    this.#parts.show(pending);
    this.#sendAll();
  }

  /** Tries again under the same client id: the server takes it once, however often it comes. @param {string} clientId */
  retry(clientId) {
    const pending = this.#items.find(({ client_id }) => client_id === clientId);
    if (pending?.state === "failed") this.add(pending);
    else this.hurry();
  }

  /** It stands in the record. @param {string} clientId @returns {boolean} whether it was on its way */
  arrived(clientId) {
    const left = this.#items.filter(({ client_id }) => client_id !== clientId);
    if (left.length === this.#items.length) return false;
    this.#items = left;
    this.#keep();
    return true;
  }

  /** Sends in order. Without a connection it waits and tries again; nothing overtakes. */
  async #sendAll() {
    if (this.#sending) return;
    this.#sending = true;
    let failures = 0;
    for (;;) {
      const next = this.#items.find(({ state }) => state !== "failed");
      if (!next || this.#stopped.signal.aborted) break;
      if (await this.#send(next)) failures = 0;
      else await this.#wait(Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** failures++));
    }
    this.#sending = false;
  }

  /** @param {Pending} pending @returns {Promise<boolean>} whether that is settled; false: no connection, to be tried again */
  async #send(pending) {
    try {
      await this.#parts.post(pending);
      this.arrived(pending.client_id); // whatever the answer says: it is never sent again
      return true;
    } catch (error) {
      // The answer was lost, but the stream has brought the message already.
      if (this.#stopped.signal.aborted || !this.#items.includes(pending)) return true;
      // The line reads differently by now: sent again, it corrects the whole.
      if (pending.corrects && error instanceof Problem && error.status === 409) pending.corrects = null;
      // A server that restarts or is too busy takes it later; a refusal is the customer's to read.
      const refused = error instanceof Problem && error.status < 500 && error.status !== 429;
      pending.state = refused ? "failed" : "later";
      pending.problem = refused ? error.message : undefined;
      this.#keep();
      this.#parts.show(pending);
      return refused;
    }
  }

  /** @param {number} ms */
  #wait(ms) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#endWait = () => {
        clearTimeout(timer);
        resolve(undefined);
      };
    });
  }

  #keep() {
    keep("outbox", this.#items.length ? JSON.stringify(this.#items) : null);
  }
}
