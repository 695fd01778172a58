/** The thread on the screen: messages in the order of their seq, then what is not sent yet, then drafts. */

import { byId, element, label } from "./dom.js";
import { disclosure, draft, fillDisclosure, fillDraft, messageElement, pendingMessage } from "./message.js";
import { ProposalCard } from "./proposal.js";
import { clock } from "./words.js";

/**
 * @typedef {import("./types.js").Message} Message
 * @typedef {import("./types.js").Pending} Pending
 * @typedef {import("./types.js").Proposal} Proposal
 */

const NEAR_THE_END_PX = 80;

export class Log {
  #log = byId("log");
  #newer = byId("newer");
  #working = byId("working");
  /** @type {Map<string, Message>} */
  messages = new Map();
  /** @type {Map<string, HTMLElement>} */
  #pending = new Map();
  /** @type {Map<string, HTMLElement>} */
  #drafts = new Map();
  /** @type {Map<string, ProposalCard>} */
  #cards = new Map();
  /** @type {HTMLElement | null} */
  #disclosure = null;
  #isWorking = false;
  #shop = "";
  #actions;

  /**
   * @param {{retry: (clientId: string) => void, talk: () => void, passedOn: import("./passed-on.js").PassedOn,
   *   decide: (proposal: Proposal, yes: boolean) => Promise<unknown>, file: import("./sent-files.js").Load,
   *   disclosed?: (disclosure: HTMLElement) => void}} actions
   */
  constructor(actions) {
    this.#actions = actions;
    this.#newer.addEventListener("click", () => this.toEnd());
    this.#log.addEventListener("scroll", () => this.#atEnd() && (this.#newer.hidden = true), { passive: true });
    // A soft keyboard or a growing field makes the log smaller; the end stays in sight.
    new ResizeObserver(() => this.#newer.hidden && this.toEnd()).observe(this.#log);
    label(/** @type {HTMLElement} */ (this.#working.lastElementChild), "working");
  }

  clear() {
    for (const child of [...this.#log.children]) if (child !== this.#working) child.remove();
    for (const map of [this.messages, this.#pending, this.#drafts, this.#cards]) map.clear();
    this.showWorking(false);
  }

  /** What stands before a conversation exists. @param {string} shop on whose behalf the AI speaks */
  showDisclosure(shop) {
    this.#shop = shop;
    this.#disclosure = disclosure(shop);
    this.#log.prepend(this.#disclosure);
    this.#actions.disclosed?.(this.#disclosure);
  }

  /** The language has changed: what is no single word of ours follows. */
  relabel() {
    for (const time of this.#log.querySelectorAll("time")) time.textContent = clock(time.dateTime);
    for (const made of /** @type {NodeListOf<HTMLElement>} */ (this.#log.querySelectorAll(".disclosure"))) fillDisclosure(made);
  }

  /** Whether something of the customer's is on its way. */
  get isSending() {
    return this.#pending.size > 0;
  }

  /** The thread in its order. @returns {Message[]} */
  get thread() {
    return [...this.messages.values()].sort((one, other) => one.seq - other.seq);
  }

  /** @param {Message[]} history */
  showHistory(history) {
    this.#log.setAttribute("aria-busy", "true"); // Nobody wants an old conversation read aloud from its start.
    this.#disclosure?.remove();
    for (const message of history) this.showMessage(message);
    this.toEnd();
    requestAnimationFrame(() => this.#log.setAttribute("aria-busy", "false"));
  }

  /** @param {Message} message */
  showMessage(message) {
    if (this.messages.has(message.id)) return;
    this.messages.set(message.id, message);
    const { talk, passedOn, file } = this.#actions;
    const made = messageElement(message, { card: (proposal) => this.#card(proposal), talk, passedOn, file, shop: this.#shop });
    if (message.kind === "disclosure") this.#actions.disclosed?.(made);
    made.dataset.seq = String(message.seq);
    this.#change(() => {
      if (message.stream_id) this.#dropDraft(message.stream_id);
      const entries = /** @type {HTMLElement[]} */ ([...this.#log.children]);
      const later = entries.find(
        (child) => child === this.#working || !("seq" in child.dataset) || Number(child.dataset.seq) > message.seq,
      );
      this.#log.insertBefore(made, later ?? null);
    }, message.author.kind !== "customer");
  }

  /** @param {Pending} pending */
  showPending(pending) {
    const made = pendingMessage(pending, () => this.#actions.retry(pending.client_id));
    const before = this.#pending.get(pending.client_id);
    this.#pending.set(pending.client_id, made);
    if (before) return this.#change(() => before.replaceWith(made));
    this.#log.insertBefore(made, [...this.#drafts.values()][0] ?? this.#working);
    this.toEnd();
  }

  /** @param {string} clientId */
  dropPending(clientId) {
    this.#pending.get(clientId)?.remove();
    this.#pending.delete(clientId);
  }

  /** @param {{stream_id: string, text: string, html: string}} given */
  showDraft(given) {
    if ([...this.messages.values()].some((message) => message.stream_id === given.stream_id)) return;
    this.#change(() => {
      const known = this.#drafts.get(given.stream_id);
      if (known) return fillDraft(/** @type {HTMLElement} */ (known.querySelector(".body")), given);
      const made = draft(given);
      this.#drafts.set(given.stream_id, made);
      this.#log.insertBefore(made, this.#working);
      this.showWorking(this.#isWorking);
    });
  }

  /** @param {string} [streamId] without it: every draft */
  dropDraft(streamId) {
    this.#change(() => (streamId ? [streamId] : [...this.#drafts.keys()]).forEach((id) => this.#dropDraft(id)));
  }

  /** @param {string} streamId */
  #dropDraft(streamId) {
    this.#drafts.get(streamId)?.remove();
    this.#drafts.delete(streamId);
    this.showWorking(this.#isWorking);
  }

  /** @param {boolean} working shown by three dots, until a draft shows it better */
  showWorking(working) {
    this.#isWorking = working;
    label(/** @type {HTMLElement} */ (this.#working.lastElementChild), "working");
    this.#change(() => (this.#working.hidden = !working || this.#drafts.size > 0));
  }

  /** A card at the end that belongs to no message. @param {HTMLElement} card */
  showCard(card) {
    this.#change(() => this.#log.insertBefore(card, this.#working), true);
  }

  /** @param {string | null} name of the person who is writing, shown by the same dots; null: nobody is */
  showTyping(name) {
    if (name) label(/** @type {HTMLElement} */ (this.#working.lastElementChild), "typing", { name });
    this.#change(() => (this.#working.hidden = !name));
  }

  /** @param {Proposal} proposal */
  showProposal(proposal) {
    this.#cards.get(proposal.id)?.update(proposal);
  }

  /** @param {Proposal} proposal one proposal has one card, under the message that brought it */
  #card(proposal) {
    const known = this.#cards.get(proposal.id);
    if (known) {
      known.update(proposal);
      return element("span");
    }
    const card = new ProposalCard(proposal, this.#actions.decide);
    this.#cards.set(proposal.id, card);
    return card.element;
  }

  /** Changes the log and keeps the reader where they are: at the end, or in what they read. */
  #change(/** @type {() => void} */ change, news = false) {
    const atEnd = this.#atEnd();
    change();
    if (atEnd) this.toEnd();
    else if (news) this.#newer.hidden = false;
  }

  #atEnd() {
    return this.#log.scrollHeight - this.#log.scrollTop - this.#log.clientHeight < NEAR_THE_END_PX;
  }

  /** For what the customer has just done: it is in sight, wherever they had scrolled to. */
  toEnd() {
    this.#log.scrollTop = this.#log.scrollHeight;
    this.#newer.hidden = true;
  }
}
