/** How one entry of the thread looks. */

import { aside, element, label, setServerHtml, webAddress } from "./dom.js";
import { passedOnElement } from "./passed-on.js";
import { quoteOn } from "./quote.js";
import { namesOf, sentFiles } from "./sent-files.js";
import { clock, disclosureFor } from "./words.js";

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

/** What is said before the first input. @param {string} shop on whose behalf the AI speaks */
export function disclosure(shop) {
  const text = element("p");
  const made = element("div", { class: "disclosure" }, label(element("p", { class: "author" }), "about"), text);
  made.dataset.shop = shop;
  fillDisclosure(made);
  return made;
}

/** Says it (again) in the language that is spoken now. @param {HTMLElement} made */
export function fillDisclosure(made) {
  const { id, version, language, text } = disclosureFor(made.dataset.shop ?? "");
  made.dataset.disclosure = `${id} ${version} ${language}`;
  /** @type {HTMLElement} */ (made.lastElementChild).textContent = text;
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
export function pendingMessage({ text, state, problem, attachments = [] }, retry) {
  const made = element(
    "div",
    { class: `message customer pending ${state}`, "aria-live": state === "sending" ? "off" : "polite" },
    authorLine("customer", null),
    element("div", { class: "body plain-text", dir: "auto" }, text),
  );
  if (attachments.length) made.append(namesOf(attachments));
  if (state === "sending") {
    made.append(label(element("p", { class: "delivery" }), "sending"));
  } else {
    const again = label(element("button", { type: "button", class: "plain" }), "retry");
    again.addEventListener("click", retry);
    const reason = problem ? [" ", element("span", { dir: "auto" }, problem)] : [];
    const how = label(element("strong"), state === "later" ? "later" : "notSent");
    made.append(element("p", { class: "delivery" }, how, ...reason, again));
  }
  return made;
}

/**
 * @param {Message} message
 * @param {{card: (proposal: import("./types.js").Proposal) => HTMLElement, talk: () => void,
 *   passedOn: import("./passed-on.js").PassedOn, shop: string, file: import("./sent-files.js").Load}} parts
 */
export function messageElement(message, parts) {
  const { kind, name } = message.author;
  // The record has it in the language that the server speaks; the customer reads the same in theirs.
  if (message.kind === "disclosure") return disclosure(parts.shop);
  const body = element("div", { class: "body", dir: "auto" });
  if (kind === "system") {
    body.textContent = message.text;
    const by = label(element("span", { class: "by" }), "notice");
    const made = element("div", { class: `note ${message.kind}` }, by, " ", body, time(message.created_at));
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
  if (message.attachments?.length) made.append(sentFiles(message.attachments, parts.file));
  for (const link of body.querySelectorAll("a.cite")) {
    const number = Number(/\d+/.exec(link.textContent ?? "")?.[0]);
    const citation = message.citations.find((item) => item.number === number);
    if (!citation) continue;
    quoteOn(/** @type {HTMLElement} */ (link), citation);
    link.prepend(element("span", { class: "aside" }, label(element("span"), "source", { n: number }), ": "));
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
      aside("newTab"),
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
