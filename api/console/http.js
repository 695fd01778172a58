/** The only place that calls the server. Every failure comes out as a `Problem` that says what to tell the person. */

import { setClock } from "./words.js";

/** @import {Conversation, Detail, Holder, Me, Message, Queue, Status, Turn, View} from "./types.js" */

/** A call that did not succeed: `status` 0 when no answer came, else the HTTP status. */
export class Problem extends Error {
  /**
   * @param {number} status
   * @param {string} message
   * @param {any} [answer] the problem document
   */
  constructor(status, message, answer) {
    super(message);
    this.status = status;
    /** Who has the conversation, when a claim was lost. @type {Holder | null} */
    this.holder = answer?.holder ?? null;
    /** What an article says now, when somebody else has saved it; undefined elsewhere. */
    this.now = answer?.now;
    /** Which fields are wrong, and how. @type {{field: string, problem: string}[]} */
    this.errors = Array.isArray(answer?.errors) ? answer.errors : [];
  }
}

/** What to do when the session has ended; set once by console.js or knowledge.js. */
export const session = { ended: () => {} };

const VERSION = "/v1";

/**
 * @param {string} method
 * @param {string} path below /v1
 * @param {unknown} [body] sent as JSON; a form with files as it is
 * @returns {Promise<any>}
 */
export function call(method, path, body) {
  return ask(method, VERSION + path, body);
}

/** What the service does without at the moment, in words; nothing if all is well. @returns {Promise<string[]>} */
export async function degraded() {
  return (await ask("GET", "/health")).degraded;
}

/** @param {string} method @param {string} address @param {unknown} [body] @returns {Promise<any>} */
async function ask(method, address, body) {
  /** @type {Record<string, string>} */
  const headers = { Accept: "application/json" };
  const form = body instanceof FormData;
  if (method !== "GET") {
    if (!form) headers["Content-Type"] = "application/json"; // a form's own names the boundary
    headers["X-Candor-Desk"] = "1"; // a cross-site form cannot set it
  }
  /** @type {Response} */
  let response;
  try {
    response = await fetch(address, {
      method,
      headers,
      body: method === "GET" ? undefined : form ? body : JSON.stringify(body ?? {}),
      credentials: "same-origin",
      cache: "no-store",
    });
  } catch {
    throw new Problem(0, "The server could not be reached."); // fetch tells no more than that
  }
  setClock(response.headers.get("date"));
  const answer = await response.json().catch(() => null); // 204, or a proxy's HTML page
  if (response.ok) return answer;
  if (response.status === 401 && !address.endsWith("/desk/sign-in")) session.ended();
  const detail = typeof answer?.detail === "string" ? answer.detail : answer?.title;
  throw new Problem(response.status, detail || `The server answered ${response.status}.`, answer);
}

/** @param {string} id @param {string} [below] */
const at = (id, below = "") => `/desk/conversations/${encodeURIComponent(id)}${below}`;

export const desk = {
  /** @param {string} email @param {string} password @returns {Promise<Me>} */
  signIn: (email, password) => call("POST", "/desk/sign-in", { email, password }),
  signOut: () => call("POST", "/desk/sign-out"),
  /** @returns {Promise<Me>} */
  me: () => call("GET", "/desk/me"),
  /**
   * @param {View} view
   * @param {number | null} [cursor] the `next` of the page before
   * @param {string} [queue] of those who wait, only this one's
   * @returns {Promise<{items: Conversation[], next: number | null}>}
   */
  list: (view, cursor, queue) =>
    call(
      "GET",
      `/desk/conversations?view=${view}${cursor ? `&cursor=${cursor}` : ""}${queue ? `&queue=${encodeURIComponent(queue)}` : ""}`,
    ),
  /** @returns {Promise<{items: Queue[]}>} */
  queues: () => call("GET", "/desk/queues"),
  /** Say that one is there or away, and renew the lease. @param {Status} status */
  presence: (status) => call("PUT", "/desk/presence", { status }),
  /** @returns {Promise<{conversation: Conversation | null, why: string}>} */
  next: () => call("POST", "/desk/next"),
  /** @param {string} id @returns {Promise<Detail>} */
  conversation: (id) => call("GET", at(id)),
  /** @param {string} id @param {number} epoch @returns {Promise<Conversation>} */
  claim: (id, epoch) => call("POST", at(id, "/claim"), { epoch }),
  /**
   * @param {string} id @param {string} client_id @param {string} text
   * @param {{article: string, version: number, hash: string}[]} citations `[1]` in the text is the first
   * @returns {Promise<Message>}
   */
  reply: (id, client_id, text, citations) => call("POST", at(id, "/replies"), { client_id, text, citations }),
  /** @param {string} id @param {string} client_id @param {string} text @returns {Promise<Message>} */
  note: (id, client_id, text) => call("POST", at(id, "/notes"), { client_id, text }),
  /** @param {string} messageId of an answer of the AI @returns {Promise<Turn>} */
  turn: (messageId) => call("GET", `/desk/messages/${encodeURIComponent(messageId)}/turn`),
  /** @param {string} id @param {string} note @returns {Promise<Conversation>} */
  handBack: (id, note) => call("POST", at(id, "/hand-back"), { note }),
  /**
   * @param {"approve" | "refuse"} word @param {string} id of the request @param {string} digest @param {string} note
   * @returns {Promise<Detail>}
   */
  decide: (word, id, digest, note) => call("POST", `/desk/approvals/${encodeURIComponent(id)}/${word}`, { digest, note }),
  /** @param {string} id @returns {Promise<Conversation>} */
  resolve: (id) => call("POST", at(id, "/resolve")),
};
