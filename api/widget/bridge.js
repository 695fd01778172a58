/** The line to the loader on the shop's page: `postMessage`, with the parent window only and one origin only. */

const IDENTITY_TIMEOUT_MS = 10_000;

export class Bridge {
  /** @type {string | null} the shop's origin, from the first word it says */
  #origin = null;
  /** @type {Map<number, (token: string | null) => void>} */
  #asked = new Map();
  #lastAsk = 0;
  #onCommand;

  /** @param {(command: any) => void} onCommand */
  constructor(onCommand) {
    this.#onCommand = onCommand;
    window.addEventListener("message", (event) => this.#receive(event));
    // The only message without an address: it says nothing but that a panel is here.
    if (!this.alone) window.parent.postMessage({ candor: 1, type: "ready" }, "*");
  }

  /** Opened as a page of its own, without a shop around it. */
  get alone() {
    return window.parent === window;
  }

  /** The origin of the page around the chat, as the browser has told it; null before its first word. */
  get shopPage() {
    return this.#origin;
  }

  /** @param {string} type @param {object} [detail] */
  tell(type, detail = {}) {
    if (this.#origin) window.parent.postMessage({ candor: 1, type, ...detail }, this.#origin);
  }

  /** Asks the shop for a fresh identity token. @returns {Promise<string | null>} null for a visitor, or no answer */
  identity() {
    if (this.alone) return Promise.resolve(null);
    const id = ++this.#lastAsk;
    return new Promise((resolve) => {
      const answer = (/** @type {string | null} */ token) => {
        clearTimeout(timer);
        this.#asked.delete(id);
        resolve(token);
      };
      const timer = setTimeout(() => answer(null), IDENTITY_TIMEOUT_MS);
      this.#asked.set(id, answer);
      this.tell("identity", { id });
    });
  }

  /** @param {MessageEvent} event */
  #receive(event) {
    if (event.source !== window.parent || this.alone || event.data?.candor !== 1) return;
    if (this.#origin === null && event.data.type === "init") this.#origin = event.origin;
    if (event.origin !== this.#origin) return;
    if (event.data.type === "identity") this.#asked.get(event.data.id)?.(event.data.token);
    else this.#onCommand(event.data);
  }
}
