/** The only place that calls the server. Every failure comes out as a `Problem` that says what to tell the person. */

import { setClock } from "./words.js";

/** @import {Conversation, CustomerFile, Detail, Doing, Holder, Me, Message, Person, Queue, Status, Turn, View, WrapUp} from "./types.js" */

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
   * @param {View | "all"} view
   * @param {number | null} [cursor] the `next` of the page before
   * @param {Record<string, string>} [narrowed] filters, and `q` to search for
   * @returns {Promise<{items: Conversation[], next: number | null}>}
   */
  list: (view, cursor, narrowed = {}) =>
    call("GET", `/desk/conversations?${new URLSearchParams({ view, ...(cursor && { cursor: String(cursor) }), ...narrowed })}`),
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
   * @param {string | null} suggestion the draft that was put into it
   * @returns {Promise<Message>}
   */
  reply: (id, client_id, text, citations, suggestion) => call("POST", at(id, "/replies"), { client_id, text, citations, suggestion }),
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
  /** @param {string} id @param {string} wrap_up a code @param {string} note @returns {Promise<Conversation>} */
  resolve: (id, wrap_up, note) => call("POST", at(id, "/resolve"), { wrap_up, note }),
  /** @returns {Promise<{items: WrapUp[]}>} */
  wrapUps: () => call("GET", "/desk/wrap-ups"),
  /** @param {string} id of a conversation @returns {Promise<CustomerFile>} */
  customer: (id) => call("GET", at(id, "/customer")),
  /** @returns {Promise<{items: Person[]}>} */
  people: () => call("GET", "/desk/people"),
  /** @returns {Promise<{items: Queue[]}>} */
  queues: () => call("GET", "/desk/queues"),
  /**
   * @param {string} id @param {{epoch: number, queue?: string, person?: string, reason: string, note: string}} to
   * @returns {Promise<Conversation>}
   */
  transfer: (id, to) => call("POST", at(id, "/transfer"), to),
  /** @param {string} id @param {string | null} until null takes it up again @returns {Promise<Conversation>} */
  snooze: (id, until) => call("POST", at(id, "/snooze"), { until }),
  /** @param {string} id @param {number} epoch @param {string} reason @returns {Promise<Conversation>} */
  takeOver: (id, epoch, reason) => call("POST", at(id, "/take-over"), { epoch, reason }),
  /** @param {string} id @param {Doing} doing @param {string} window @returns {Promise<null>} */
  activity: (id, doing, window) => call("POST", at(id, "/activity"), { doing, window }),
};
