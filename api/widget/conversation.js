/**
 * One customer's conversation: what is sent, what comes back, and in which state it stands. Draws nothing itself;
 * a `Screen` does (panel.js puts it together).
 */

import { newId } from "./ids.js";
import { Outbox } from "./outbox.js";
import { EventStream } from "./stream.js";
import { languageNow } from "./words.js";

/**
 * @typedef {import("./types.js").Message} Message
 * @typedef {import("./types.js").Proposal} Proposal
 * @typedef {import("./types.js").Pending} Pending
 * @typedef {import("./types.js").Thread} Thread
 * @typedef {import("./types.js").FloorState} FloorState
 * @typedef {import("./session.js").Problem} Problem
 *
 * @typedef {object} Screen
 * @property {(disclosure: {text: string, on_behalf_of: string}) => void} showDisclosure before a conversation exists
 * @property {(message: Message) => void} showMessage
 * @property {(history: Message[]) => void} showHistory as showMessage, without announcing them
 * @property {(pending: Pending) => void} showPending
 * @property {(clientId: string) => void} dropPending
 * @property {(draft: {stream_id: string, text: string, html: string}) => void} showDraft
 * @property {(streamId?: string) => void} dropDraft without an id: all of them
 * @property {(working: boolean) => void} showWorking
 * @property {(name: string | null) => void} showTyping a person is writing; null: nobody is
 * @property {(proposal: Proposal) => void} showProposal a status has changed
 * @property {(floor: FloorState) => void} showFloor
 * @property {(state: import("./types.js").RatingState) => void} showRating whether they may still be asked
 * @property {(connected: boolean) => void} showConnection
 * @property {(problem: Problem) => void} showRefusal
 */

const TELL_TYPING_MS = 4000; // A sign holds for 10 s.

export class Conversation {
  /** @type {string | null} */
  #id = null;
  /** @type {Promise<string> | null} */
  #creating = null;
  /** @type {EventStream | null} */
  #stream = null;
  /** @type {Outbox} */
  #outbox;
  #owner = "";
  #epoch = 0;
  #floor = "ai";
  /** When it was last told that the customer is writing. */
  #toldTyping = 0;
  #typingLapses = 0;
  #stopped = false;
  /** Where the customer writes; people of the desk read it. @type {import("./types.js").ShopPage | null} */
  page = null;

  /** @param {import("./session.js").Session} session @param {Screen} screen */
  constructor(session, screen) {
    this.session = session;
    this.screen = screen;
    this.#outbox = new Outbox({
      post: (pending) => this.#post(pending),
      show: (pending) => this.screen.showPending(pending),
    });
  }

  /** Opens the session and continues the newest unresolved conversation, if there is one. @param {boolean} [anew] rather begins another */
  async start(anew = false) {
    const { disclosure, customer } = await this.session.open();
    if (this.#stopped) return;
    this.#owner = customer?.name ?? "";
    this.screen.showDisclosure(disclosure);
    const { items } = await this.#json("conversations");
    const newest = anew ? null : items.find((/** @type {Thread} */ item) => !item.resolved);
    if (newest) this.#show(await this.#json(`conversations/${newest.id}`));
    this.#sendWhatWasLeft(new Set(items.map((/** @type {Thread} */ item) => item.id)));
  }

  stop() {
    this.#stopped = true;
    this.#stream?.stop();
    this.#outbox.stop();
  }

  get id() {
    return this.#id;
  }

  /** @param {string} text @param {import("./types.js").Attachment[]} [attachments] files that were put up for it */
  send(text, attachments = []) {
    this.#outbox.add({ ...this.#pendingOf(text), attachments });
  }

  /**
   * Puts up a file for a message to come. Under the same key it is the same file, however often it is tried.
   *
   * @param {File} file @param {string} key @param {(share: number) => void} progress @param {AbortSignal} signal
   * @returns {Promise<import("./types.js").Attachment>} @throws {Problem | TypeError}
   */
  async putUp(file, key, progress, signal) {
    const form = new FormData();
    form.append("file", file);
    const options = { method: "POST", form, headers: { "Idempotency-Key": key }, progress, signal };
    return this.#json(`conversations/${await this.#ensure()}/attachments`, options);
  }

  /** A file that was put up is not sent after all. @param {string} file its id */
  takeBack(file) {
    this.session.fetch(`conversations/${this.#id}/attachments/${file}`, { method: "DELETE" }).catch(() => {}); // It goes by itself, later.
  }

  /** The bytes of a file of this conversation. @param {string} file its id @returns {Promise<Blob>} @throws {Problem | TypeError} */
  async file(file) {
    return (await this.session.fetch(`conversations/${this.#id}/attachments/${file}`)).blob();
  }

  /** The disclosure has come into sight. @param {object} shown @throws {Problem | TypeError} */
  async disclosed(shown) {
    await this.session.fetch("disclosures", { method: "POST", body: shown });
  }

  /** What was passed on to people. @returns {Promise<import("./types.js").PassedOnLine[]>} @throws {Problem | TypeError} */
  async passedOn() {
    return (await this.#json(`conversations/${this.#id}/briefing`)).lines;
  }

  /** Puts it right, by a message of the customer's. @param {string} text @param {string | null} line its id; null: the whole */
  correct(text, line) {
    this.#outbox.add({ ...this.#pendingOf(text), corrects: line });
  }

  /** @param {string} text @returns {Pending} */
  #pendingOf(text) {
    return { client_id: newId(), text, page: this.page, conversation: this.#id, owner: this.#owner, state: "sending" };
  }

  /** Tries again under the same client id: the server takes it once, however often it comes. @param {string} clientId */
  retry(clientId) {
    this.#outbox.retry(clientId);
  }

  /** Everything that was said. @returns {Promise<Thread>} @throws {Problem | TypeError} */
  whole() {
    return this.#json(`conversations/${this.#id}`);
  }

  /** @throws {Problem | TypeError} */
  async askForPerson() {
    const id = await this.#ensure();
    this.#show(await this.#json(`conversations/${id}/handoff`, { method: "POST", body: {} }));
  }

  /** They wait for a person no longer. @throws {Problem | TypeError} */
  async leaveQueue() {
    this.#show(await this.#json(`conversations/${this.#id}/handoff`, { method: "DELETE" }));
  }

  /** Whether to ask the customer now if it is solved: the server says yes once. @param {boolean} closing @returns {Promise<boolean>} */
  async mayAsk(closing) {
    return (await this.#json(`conversations/${this.#id}/rating/ask`, { method: "POST", body: { closing } })).ask;
  }

  /** @param {import("./types.js").Rating} rating @throws {Problem | TypeError} */
  async rate(rating) {
    await this.#json(`conversations/${this.#id}/rating`, { method: "POST", body: rating });
  }

  /** @param {Proposal} proposal @throws {Problem | TypeError} */
  confirm(proposal) {
    return this.#decide(proposal, "confirm", { digest: proposal.digest });
  }

  /** @param {Proposal} proposal @throws {Problem | TypeError} */
  cancel(proposal) {
    return this.#decide(proposal, "cancel", {});
  }

  /** @param {Proposal} proposal @param {string} verb @param {object} body */
  async #decide(proposal, verb, body) {
    try {
      this.screen.showProposal(await this.#json(`proposals/${proposal.id}/${verb}`, { method: "POST", body }));
    } catch (error) {
      // Lost races and lost answers look alike from here; the record says how it stands.
      if (this.#id) await this.#json(`conversations/${this.#id}`).then((thread) => this.#show(thread), () => {});
      throw error;
    }
  }

  /** @param {string} path @param {object} [options] @returns {Promise<any>} */
  async #json(path, options) {
    return (await this.session.fetch(path, options)).json();
  }

  /** The conversation's id; created at the first message or handoff, once. */
  #ensure() {
    if (this.#id) return Promise.resolve(this.#id);
    this.#creating ??= this.#json("conversations", { method: "POST", body: { language: languageNow() } })
      .then((thread) => {
        this.#show(thread);
        return thread.id;
      })
      .finally(() => (this.#creating = null));
    return this.#creating;
  }

  /** Takes in a whole conversation; what is on the screen already stays. @param {Thread} thread */
  #show(thread) {
    if (this.#stopped) return;
    const first = this.#id === null;
    this.#id = thread.id;
    if (first) this.screen.showHistory(thread.messages);
    for (const message of thread.messages) this.#take(message);
    for (const { proposal } of thread.messages) if (proposal) this.screen.showProposal(proposal);
    this.#move(thread);
    this.screen.showRating(thread.rating);
    if (!first) return;
    this.#stream = new EventStream(this.session, `conversations/${thread.id}/events`, thread.last_event_id, {
      event: (name, data) => this.#hear(name, data),
      connected: () => {
        // Drafts carry no id, so an end of one may have been missed; a running one comes again, cumulative.
        this.screen.dropDraft();
        this.screen.showWorking(false);
        this.screen.showConnection(true);
        this.#outbox.hurry();
      },
      lost: () => this.screen.showConnection(false),
      refused: (problem) => this.screen.showRefusal(problem),
    });
  }

  /** @param {string} name @param {any} data */
  #hear(name, data) {
    if (this.#stopped) return;
    if (name === "message") this.#take(data);
    else if (name === "proposal") this.screen.showProposal(data);
    else if (name === "floor") this.#move(data);
    else if (name === "draft") this.screen.showDraft(data);
    else if (name === "draft_withdrawn") this.screen.dropDraft(data.stream_id);
    else if (name === "working") this.screen.showWorking(data.working);
    else if (name === "typing") this.#showTyping(data);
  }

  /** A message of the record; whether the stream or an answer brings it first, its pending twin goes. @param {Message} message */
  #take(message) {
    if (message.client_id && this.#outbox.arrived(message.client_id)) this.screen.dropPending(message.client_id);
    if (message.author.kind === "human") this.#showTyping({ name: "", seconds: 0 }); // It has come.
    this.screen.showMessage(message);
  }

  /** Tells the desk that the customer is writing, as long as a person is there to see it. */
  typing() {
    if (!this.#id || this.#floor === "ai" || Date.now() - this.#toldTyping < TELL_TYPING_MS) return;
    this.#toldTyping = Date.now();
    this.session.fetch(`conversations/${this.#id}/typing`, { method: "POST", body: {} }).catch(() => {}); // A sign only.
  }

  /** A person's sign holds for some seconds; whoever goes on writing renews it. @param {{name: string, seconds: number}} sign */
  #showTyping({ name, seconds }) {
    clearTimeout(this.#typingLapses);
    if (this.#floor !== "human") return;
    this.screen.showTyping(seconds ? name : null);
    if (seconds) this.#typingLapses = window.setTimeout(() => this.screen.showTyping(null), seconds * 1000);
  }

  /** @param {FloorState} state an older one than is known is dropped */
  #move(state) {
    if (state.epoch < this.#epoch) return;
    this.#epoch = state.epoch;
    if (state.floor !== "human") this.#showTyping({ name: "", seconds: 0 });
    this.#floor = state.floor;
    if (state.floor !== "ai") {
      this.screen.dropDraft();
      this.screen.showWorking(false);
    }
    this.screen.showFloor(state);
  }

  /** @param {Pending} pending @throws {Problem | TypeError} */
  async #post(pending) {
    pending.conversation ??= await this.#ensure();
    const { client_id, text, page, attachments = [], corrects: line } = pending;
    const kind = line === undefined ? "messages" : "briefing/corrections";
    const body = { client_id, text, ...(line === undefined ? page && { page } : line && { line }), ...(attachments.length && { attachments: attachments.map(({ id }) => id) }) };
    const path = `conversations/${pending.conversation}/${kind}`;
    const { message, replies = [] } = await this.#json(path, { method: "POST", body });
    if (this.#stopped) return;
    for (const told of [message, ...replies]) this.#take(told);
  }

  /** Messages without a 2xx from before a reload; the same client id makes a second try harmless. @param {Set<string>} own */
  #sendWhatWasLeft(own) {
    for (const pending of Outbox.left()) {
      const mine = pending.conversation ? own.has(pending.conversation) : pending.owner === this.#owner;
      if (mine && (!pending.conversation || pending.conversation === this.#id)) this.#outbox.add(pending);
    }
  }
}
