/**
 * Buttons above the field that write for the customer: topics before their first message, the possible answers where the
 * AI has asked them to choose, the product of the shop's page that they look at, and what they may do while they wait for a person.
 */

import { byId, element, label } from "./dom.js";
import { say } from "./words.js";

/**
 * @typedef {import("./types.js").Message} Message
 * @typedef {import("./words.js").Word} Word
 * @typedef {import("./types.js").ShopPage} ShopPage
 */

/** @type {Word[]} what a visitor may ask; who is signed in may also ask for an order */
const TOPICS = ["topicDelivery", "topicReturn", "topicPay"];
/** @type {Word[]} */
const TOPICS_OF_CUSTOMERS = ["topicOrder", "topicReturn", "topicDelivery"];
const MOST_CHOICES = 6;
const LONGEST_CHOICE = 90; // characters: more is no answer but a paragraph

/**
 * The answers that a question of the AI names: the list at its end, right below a question.
 *
 * @param {Message | undefined} message the last one of the thread @returns {string[]}
 */
export function choicesOf(message) {
  if (message?.author.kind !== "ai" || message.proposal) return [];
  const { body } = new DOMParser().parseFromString(message.html, "text/html"); // inert: nothing in it runs or loads
  const list = body.lastElementChild;
  if (list?.tagName !== "UL" || !/[?？؟]\s*$/.test(list.previousElementSibling?.textContent ?? "")) return [];
  const choices = [...list.children].map((item) => (item.textContent ?? "").trim());
  const fits = choices.length <= MOST_CHOICES && choices.every((text) => text && text.length <= LONGEST_CHOICE);
  return fits ? choices : [];
}

export class Suggestions {
  #box = byId("suggestions");
  #name = byId("suggestions-name");
  #list = byId("suggestions-list");
  #acts;
  /** @type {ShopPage | null} */
  #page = null;
  /** How much the customer had written when they came to this page: once they go on, the offer to ask about it is taken away. @type {number | null} */
  #writtenBefore = null;
  /** What was drawn last, so that buttons under a finger or a focus stay. */
  #drawn = "";

  /** @param {{send: (text: string) => void, begin: (text: string) => void}} acts send a whole message; begin one in the field */
  constructor(acts) {
    this.#acts = acts;
  }

  /** @param {ShopPage | null} page */
  setPage(page) {
    this.#page = page;
    this.#writtenBefore = null;
  }

  /**
   * @param {Message[]} thread @param {{open: boolean, known: boolean, waiting: import("./waiting.js").Act[]}} state
   *   open: the AI listens; known: somebody is signed in; waiting: what they may do while they wait for a person
   */
  draw(thread, { open, known, waiting }) {
    const written = thread.filter(({ author }) => author.kind === "customer").length;
    if (open) this.#writtenBefore ??= written;
    const choices = open ? choicesOf(thread.at(-1)) : [];
    const topics = open && !written ? (known ? TOPICS_OF_CUSTOMERS : TOPICS) : [];
    const isNew = open && written === this.#writtenBefore && !choices.length;
    const product = isNew ? (this.#page?.product ?? "") : "";
    const wanted = JSON.stringify([choices, topics, product, waiting]);
    if (wanted === this.#drawn) return;
    this.#drawn = wanted;
    label(this.#name, waiting.length ? "whileWaiting" : choices.length ? "choices" : "topics");
    const about = element("bdi", {}, product);
    this.#list.replaceChildren(
      ...(product ? [this.#item(label(about, "aboutPage", { title: product }), () => this.#acts.begin(`${product}: `))] : []),
      ...topics.map((topic) => this.#item(label(element("span"), topic), () => this.#acts.send(say(topic)))),
      ...waiting.map(({ word, act }) => this.#item(label(element("span"), word), act)),
      ...choices.map((text) => this.#item(element("bdi", {}, text), () => this.#acts.send(text))),
    );
    this.#box.hidden = !this.#list.childElementCount;
  }

  /** @param {HTMLElement} text @param {() => void} act */
  #item(text, act) {
    const button = element("button", { type: "button", class: "suggestion" }, text);
    button.addEventListener("click", act);
    return element("li", {}, button);
  }
}
