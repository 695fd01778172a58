/** Calls to the API in the name of one customer or visitor; the session token lives here, in memory only. */

import { keep, recall } from "./keep.js";
import { upload } from "./upload.js";

/** @typedef {import("./types.js").SessionAnswer} SessionAnswer */

// Relative to /widget/panel, so that a server under a path prefix works too.
const API = new URL("../v1/", window.location.href);

/** The server answered, with an error (RFC 9457). A network failure is a TypeError, as `fetch` throws it. */
export class Problem extends Error {
  /** @param {number} status @param {string} title @param {any} [body] what else the server says */
  constructor(status, title, body) {
    super(title);
    this.status = status;
    this.body = body;
  }
}

export class Session {
  /** @type {SessionAnswer | null} */
  #answer = null;
  /** @type {Promise<SessionAnswer> | null} */
  #opening = null;
  #bridge;
  #onOwnerChanged;

  /**
   * @param {import("./bridge.js").Bridge} bridge
   * @param {() => void} onOwnerChanged after a renewal somebody else is signed in, or nobody any more
   */
  constructor(bridge, onOwnerChanged) {
    this.#bridge = bridge;
    this.#onOwnerChanged = onOwnerChanged;
  }

  /** Opens the session, or gives the open one. @returns {Promise<SessionAnswer>} */
  open() {
    if (this.#answer) return Promise.resolve(this.#answer);
    this.#opening ??= this.#create().finally(() => (this.#opening = null));
    return this.#opening;
  }

  async #create() {
    const identity = await this.#bridge.identity();
    const visitor = recall("visitor");
    const body = identity ? { identity_token: identity } : visitor ? { visitor_token: visitor } : {};
    let response = await this.#post(body);
    // A visitor token may have run out; then this is a new visitor. A bad identity is the shop's to mend.
    if (!response.ok && response.status < 500 && "visitor_token" in body) response = await this.#post({});
    if (!response.ok) throw await problemOf(response);
    this.#answer = /** @type {SessionAnswer} */ (await response.json());
    if (!this.#answer.customer && this.#answer.visitor_token) keep("visitor", this.#answer.visitor_token);
    return this.#answer;
  }

  /** They have proven who they are: this session takes the place of the one before. @param {SessionAnswer} answer */
  take(answer) {
    this.#answer = answer;
  }

  /** A sign-out: the token opens nothing any more. Nobody waits for it. */
  end() {
    if (this.#answer) this.#send(this.#answer, "sessions/current", { method: "DELETE", keepalive: true }).catch(() => {});
    this.#answer = null;
  }

  /** @param {object} body */
  #post(body) {
    const page = this.#bridge.shopPage;
    return fetch(new URL("sessions", API), {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(page ? { ...body, shop_page: page } : body),
      credentials: "omit",
    });
  }

  /**
   * @param {string} path under /v1/
   * @param {{method?: string, body?: object, form?: FormData, progress?: (share: number) => void, headers?: Record<string, string>, signal?: AbortSignal}} [options]
   * @returns {Promise<Response>} of a 2xx
   * @throws {Problem | TypeError}
   */
  async fetch(path, options = {}) {
    const before = await this.open();
    const response = await this.#send(before, path, options);
    if (response.status !== 401) return check(response);
    if (this.#answer === before) this.#answer = null; // Else another call has renewed it already.
    const after = await this.open();
    if (after.customer?.name !== before.customer?.name) this.#onOwnerChanged();
    return check(await this.#send(after, path, options));
  }

  /** @param {SessionAnswer} answer @param {string} path @param {any} options */
  #send(answer, path, { method = "GET", body, form, progress, headers = {}, signal, keepalive }) {
    const authorization = { Authorization: `Bearer ${answer.session_token}` };
    if (form) return upload(new URL(path, API), form, { ...headers, ...authorization }, progress, signal);
    const sent = body === undefined ? {} : { "Content-Type": "application/json" };
    return fetch(new URL(path, API), {
      method,
      headers: { ...authorization, ...sent, ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
      cache: "no-store",
      credentials: "omit",
      signal,
      keepalive,
    });
  }
}

/** @param {Response} response */
async function check(response) {
  if (!response.ok) throw await problemOf(response);
  return response;
}

/** @param {Response} response @returns {Promise<Problem>} */
async function problemOf(response) {
  const body = await response.json().catch(() => ({})); // A proxy's error page is not JSON; the status is enough.
  return new Problem(response.status, body.detail || body.title || response.statusText, body);
}
