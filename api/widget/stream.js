/** An event stream over `fetch` (EventSource cannot send Authorization), that reconnects without loss. */

import { Problem } from "./session.js";

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 20_000;
const SILENCE_MS = 45_000; // The server sends a comment every 15 s; after three missed ones the line is dead.

/**
 * @typedef {object} Listener
 * @property {(name: string, data: any) => void} event
 * @property {() => void} connected at every (re)connection
 * @property {() => void} lost
 * @property {(problem: Problem) => void} refused the server wants no such stream (4xx); no new try is made
 */

/**
 * Cuts a body into server-sent events, as the HTML standard describes them.
 *
 * @param {ReadableStream<Uint8Array>} body
 * @param {() => void} alive called for every chunk, comments too
 * @returns {AsyncGenerator<{id: string | null, name: string, data: string}>}
 */
export async function* parseEvents(body, alive) {
  const reader = body.pipeThrough(/** @type {any} */ (new TextDecoderStream())).getReader();
  let rest = "";
  let [id, name, data] = [/** @type {string | null} */ (null), "message", /** @type {string[]} */ ([])];
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    alive();
    rest += value;
    // A chunk may end between \r and \n: keep that \r back until the next one.
    const held = rest.endsWith("\r") ? "\r" : "";
    const lines = rest.slice(0, rest.length - held.length).split(/\r\n|\r|\n/);
    rest = lines.pop() + held;
    for (const line of lines) {
      if (line === "") {
        if (data.length) yield { id, name, data: data.join("\n") };
        [id, name, data] = [null, "message", []];
        continue;
      }
      const [, field, text] = /** @type {string[]} */ (/^([^:]*):? ?(.*)$/s.exec(line));
      if (field === "id") id = text;
      else if (field === "event") name = text;
      else if (field === "data") data.push(text);
    }
  }
}

export class EventStream {
  #stopped = new AbortController();
  /** Ends the wait before the next try. */
  #hurry = () => {};

  /**
   * @param {import("./session.js").Session} session
   * @param {string} path
   * @param {string | number | null} lastEventId
   * @param {Listener} listener
   */
  constructor(session, path, lastEventId, listener) {
    this.session = session;
    this.path = path;
    this.lastEventId = lastEventId;
    this.listener = listener;
    const { signal } = this.#stopped;
    window.addEventListener("online", () => this.#hurry(), { signal });
    document.addEventListener("visibilitychange", () => document.hidden || this.#hurry(), { signal });
    this.#run();
  }

  stop() {
    this.#stopped.abort();
    this.#hurry();
  }

  async #run() {
    let failures = 0;
    while (!this.#stopped.signal.aborted) {
      const connection = new AbortController();
      this.#stopped.signal.addEventListener("abort", () => connection.abort());
      let watchdog = 0;
      const alive = () => {
        clearTimeout(watchdog);
        watchdog = window.setTimeout(() => connection.abort(), SILENCE_MS);
      };
      try {
        alive();
        await this.#listen(connection.signal, () => {
          failures = 0;
          alive();
        });
      } catch (error) {
        if (error instanceof Problem && error.status >= 400 && error.status < 500 && error.status !== 429) {
          this.listener.refused(error);
          return;
        }
        // Anything else is the network or a server that restarts: try again, from the last event seen.
      } finally {
        clearTimeout(watchdog);
      }
      if (this.#stopped.signal.aborted) return;
      this.listener.lost();
      const longest = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** failures++);
      await this.#wait(longest / 2 + (Math.random() * longest) / 2); // Jitter: not every chat in the same moment.
    }
  }

  /** @param {AbortSignal} signal @param {() => void} alive called for every chunk */
  async #listen(signal, alive) {
    /** @type {Record<string, string>} */
    const headers = { Accept: "text/event-stream" };
    if (this.lastEventId !== null) headers["Last-Event-ID"] = String(this.lastEventId);
    const response = await this.session.fetch(this.path, { headers, signal });
    if (signal.aborted || !response.body) return;
    this.listener.connected();
    for await (const { id, name, data } of parseEvents(response.body, alive)) {
      if (this.#stopped.signal.aborted) return;
      this.listener.event(name, JSON.parse(data));
      if (id !== null) this.lastEventId = id; // Only after it was taken in.
    }
  }

  /** @param {number} ms */
  #wait(ms) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#hurry = () => {
        clearTimeout(timer);
        resolve(undefined);
      };
    });
  }
}
