/** How one entry of the thread looks. */

import { element, label, setServerHtml, webAddress } from "./dom.js";
import { passedOnElement } from "./passed-on.js";
import { quoteOn } from "./quote.js";
import { clock } from "./words.js";

/**
 * @typedef {import("./types.js").Message} Message
 * @typedef {import("./types.js").Citation} Citation
 */

/** @param {"customer" | "ai" | "human"} kind @param {string | null} name @param {Node} [end] */
function authorLine(kind, name, end) {
  const author = element("p", { class: "author" });
  if (kind === "human") {
    author.append(element("bdi", {}, name ?? ""), label(element("span", { class: "chip" }), "person"));
  } else {
    author.append(label(element("span"), kind === "ai" ? "ai" : "you"));
  }
  if (end) author.append(end);
  return author;
}

/** @param {string} iso */
const time = (iso) => element("time", { datetime: iso }, clock(iso));

/** @param {string} text */
export function disclosure(text) {
  return element("div", { class: "disclosure" }, element("p", { dir: "auto" }, text));
}

/** @param {{text: string, html: string}} draft growing, and not yet said */
export function draft({ text, html }) {
  const body = element("div", { class: "body", dir: "auto" });
  fillDraft(body, { text, html });
  // Inert: a draft may be withdrawn, so nothing in it can be followed or is read aloud.
  const made = element("div", { class: "message ai draft", "aria-hidden": "true" }, authorLine("ai", null), body);
  made.inert = true;
  return made;
}

/** @param {HTMLElement} body @param {{text: string, html: string}} draft */
export function fillDraft(body, { text, html }) {
  if (html) setServerHtml(body, html);
  else body.textContent = text;
}

/**
 * The customer's own text before it has its 2xx.
 *
 * @param {import("./types.js").Pending} pending @param {() => void} retry
 */
export function pendingMessage({ text, state, problem }, retry) {
  const made = element(
    "div",
    { class: `message customer pending ${state}`, "aria-live": state === "failed" ? "polite" : "off" },
    authorLine("customer", null),
    element("div", { class: "body plain-text", dir: "auto" }, text),
  );
  if (state === "sending") {
    made.append(label(element("p", { class: "delivery" }), "sending"));
  } else {
    const again = label(element("button", { type: "button", class: "plain" }), "retry");
    again.addEventListener("click", retry);
    const reason = problem ? [" ", element("span", { dir: "auto" }, problem)] : [];
    made.append(element("p", { class: "delivery" }, label(element("strong"), "notSent"), ...reason, again));
  }
  return made;
}

/**
 * @param {Message} message
 * @param {{card: (proposal: import("./types.js").Proposal) => HTMLElement, talk: () => void,
 *   passedOn: import("./passed-on.js").PassedOn}} parts
 */
export function messageElement(message, parts) {
  const { kind, name } = message.author;
  if (message.kind === "disclosure") return disclosure(message.text);
  const body = element("div", { class: "body", dir: "auto" });
  if (kind === "system") {
    body.textContent = message.text;
    const made = element("div", { class: `note ${message.kind}` }, body, time(message.created_at));
    if (message.proposal) made.append(parts.card(message.proposal));
    if (message.kind === "handoff") made.append(passedOnElement(parts.passedOn));
    return made;
  }
  // What a customer wrote is text and nothing else, whatever it looks like.
  if (kind === "customer") body.textContent = message.text;
  else setServerHtml(body, message.html);
  if (kind === "customer") body.classList.add("plain-text");
  const made = element("div", { class: `message ${kind}` }, authorLine(kind, name, time(message.created_at)), body);
  if (kind === "customer") made.setAttribute("aria-live", "off"); // They know what they wrote.
  if (message.corrects !== null) made.prepend(correctionMark(message.corrects));
  for (const link of body.querySelectorAll("a.cite")) {
    const number = Number(/\d+/.exec(link.textContent ?? "")?.[0]);
    const citation = message.citations.find((item) => item.number === number);
    if (citation) quoteOn(/** @type {HTMLElement} */ (link), citation);
  }
  if (message.citations.length) made.append(sources(message.citations));
  if (message.proposal) made.append(parts.card(message.proposal));
  if (message.offer_person) made.append(offer(parts.talk));
  return made;
}

/** @param {string} line that the message corrects; "" for the whole */
function correctionMark(line) {
  const mark = element("p", { class: "corrects" }, label(element("span", { class: "chip" }), "correction"));
  if (line) mark.append(" ", element("q", { dir: "auto" }, line));
  return mark;
}

/** @param {Citation[]} citations */
function sources(citations) {
  const items = citations.map((citation) => {
    const title = [citation.title, citation.heading].filter(Boolean).join(" · ");
    const link = element(
      "a",
      { href: webAddress(citation.url), target: "_blank", rel: "noopener noreferrer" },
      element("span", { class: "number" }, String(citation.number)),
      element("span", { dir: "auto" }, title),
      element("span", { class: "aside" }, " (", label(element("span"), "newTab"), ")"),
    );
    quoteOn(link, citation);
    return element("li", {}, link);
  });
  return element(
    "div",
    { class: "sources" },
    label(element("p"), "sources"),
    element("ul", { role: "list" }, ...items),
  );
}

/** @param {() => void} talk */
function offer(talk) {
  const button = label(element("button", { type: "button", class: "secondary" }), "talk");
  button.addEventListener("click", talk);
  return element("div", { class: "offer" }, label(element("p"), "offer"), button);
}
