/** The chat panel: puts session, conversation and screen together, and does what the shop's page asks for. */

import { Asking } from "./asking.js";
import { Bridge } from "./bridge.js";
import { Composer } from "./composer.js";
import { Conversation } from "./conversation.js";
import { keepFocusInside, setCovering } from "./covering.js";
import { Disclosed } from "./disclosed.js";
import { byId, label, relabel } from "./dom.js";
import { Files } from "./files.js";
import { forgetAll, recall } from "./keep.js";
import { Log } from "./log.js";
import { Menu } from "./menu.js";
import { Notice } from "./notice.js";
import { hideQuote, prepareQuotes } from "./quote.js";
import { Problem, Session } from "./session.js";
import { StepUp } from "./step_up.js";
import { Suggestions } from "./suggestions.js";
import { download, transcript } from "./transcript.js";
import { Unread } from "./unread.js";
import { Waiting } from "./waiting.js";
import { disclosureFor, setLocale } from "./words.js";

/**
 * @typedef {import("./types.js").Message} Message
 * @typedef {import("./types.js").FloorState} FloorState
 */

const SHOW_LOST_AFTER_MS = 2500; // A reconnection that quick is nobody's business.
const LONGEST_RETRY_MS = 30_000;
const SHOW_SAVED_MS = 8000;

const notice = new Notice();
const panel = byId("panel");
const talkButton = /** @type {HTMLButtonElement} */ (byId("talk"));

/** @type {Conversation} */
let conversation;
/** @type {FloorState} */
let floor = { floor: "ai", epoch: 0, holder: null, resolved: false };
let visible = false;
let asking = false;
let wantsFocus = false;
let lostTimer = 0;
let retryTimer = 0;
let failures = 0;
/** The session is open, and who is signed in is known. */
let listening = false;
let signedIn = false;
let choicesAreOld = false;
/** Where the customer is on the shop's site. @type {import("./types.js").ShopPage | null} */
let page = null;
/** The language that the shop's page, else the browser, has asked for. */
let locale = navigator.language;

const disclosed = new Disclosed((shown) => conversation.disclosed(shown));
const log = new Log({
  file: (id) => conversation.file(id),
  disclosed: (disclosure) => disclosed.watch(disclosure),
  retry: (clientId) => conversation.retry(clientId),
  talk: askForPerson,
  passedOn: { load: () => conversation.passedOn(), correct: (text, line) => conversation.correct(text, line) },
  decide: (proposal, yes) => (yes ? conversation.confirm(proposal) : conversation.cancel(proposal)),
});
const files = new Files({
  putUp: (file, key, progress, signal) => conversation.putUp(file, key, progress, signal),
  takeBack: (id) => conversation.takeBack(id),
  load: (id) => conversation.file(id),
  conversation: () => conversation.id,
});
const composer = new Composer(send, () => conversation.typing(), files);
const suggestions = new Suggestions({
  send: (text) => (composer.focus(), send(text)),
  begin: (text) => composer.begin(text),
});
const waiting = new Waiting({ close: window.parent === window ? null : () => bridge.tell("close"), leave: leaveQueue, draw: drawChoices });
const menu = new Menu({ restart: () => start(true), save });
const rating = new Asking({
  mayAsk: (closing) => conversation.mayAsk(closing),
  rate: (rating) => conversation.rate(rating),
  show: (card) => log.showCard(card),
  talk: askForPerson,
  busy: () => !visible || /** @type {HTMLTextAreaElement} */ (byId("field")).value.trim() !== "",
});

const unread = new Unread((count) => bridge.tell("unread", { count }));
const stepUp = new StepUp({
  fetch: (path, options) => conversation.session.fetch(path, options),
  conversation: () => conversation.id,
  shop: () => byId("shop").textContent ?? "",
  proven: (answer) => {
    conversation.session.take(answer);
    composer.enable(answer.customer.name);
  },
  show: (card) => log.showCard(card),
  goOn: () => {
    takeFocus();
    const asked = [...log.messages.values()].findLast(({ author }) => author.kind === "customer");
    if (asked && floor.floor === "ai") conversation.send(asked.text);
  },
});

/** @type {import("./conversation.js").Screen} */
const screen = {
  showDisclosure(disclosure) {
    byId("shop").textContent = disclosure.on_behalf_of;
    log.showDisclosure(disclosure.on_behalf_of);
  },
  showHistory(history) {
    log.showHistory(history);
    for (const message of history) {
      rating.heard(message);
      stepUp.heard(message);
    }
    unread.count([...log.messages.values()], visible);
    drawChoices();
  },
  showMessage(message) {
    const known = log.messages.has(message.id);
    log.showMessage(message);
    if (!known) rating.heard(message);
    stepUp.heard(message);
    unread.count([...log.messages.values()], visible);
    drawChoices();
    if (!known) bridge.tell("event", { name: "message", detail: { author: message.author.kind, kind: message.kind } });
  },
  showPending(pending) {
    log.showPending(pending);
    drawChoices();
  },
  dropPending: (clientId) => log.dropPending(clientId),
  showDraft: (draft) => log.showDraft(draft),
  dropDraft: (streamId) => log.dropDraft(streamId),
  showWorking: (working) => log.showWorking(working),
  showTyping: (name) => log.showTyping(name),
  showProposal: (proposal) => log.showProposal(proposal),
  showFloor(state) {
    if (state.floor !== floor.floor) bridge.tell("event", { name: "floor", detail: { floor: state.floor } });
    floor = state;
    rating.moved(state);
    drawFloor();
  },
  showRating: (state) => rating.stands(state),
  showConnection(connected) {
    clearTimeout(lostTimer);
    if (connected) notice.tell(null);
    else lostTimer = window.setTimeout(() => notice.tell(navigator.onLine ? "reconnecting" : "offline"), SHOW_LOST_AFTER_MS);
  },
  showRefusal: () => notice.tell("noStart", () => start()),
};

function drawFloor() {
  document.documentElement.dataset.floor = floor.floor;
  const text = byId("floor-text");
  if (floor.floor === "human") label(text, "holder", { name: floor.holder?.name ?? "" });
  else if (floor.floor === "queue") label(text, "waiting");
  else label(text, "ai");
  composer.setWaiting(floor.floor === "queue");
  talkButton.hidden = floor.floor === "human";
  talkButton.disabled = asking || floor.floor === "queue";
  label(talkButton, floor.floor === "queue" ? "asked" : asking ? "asking" : "talk");
  drawChoices();
}

/** Draws what the customer may pick now, once for everything that happens at a time. */
function drawChoices() {
  if (!choicesAreOld) queueMicrotask(drawChoicesNow);
  choicesAreOld = true;
}

/** Suggestions above the field, and the menu. */
function drawChoicesNow() {
  choicesAreOld = false;
  const thread = log.thread;
  const open = listening && floor.floor === "ai" && !log.isSending;
  suggestions.draw(thread, { open, known: signedIn, waiting: waiting.acts(floor) });
  // Whom a person answers, or is about to, is not taken away from them.
  menu.allow({ restart: floor.floor === "ai" && thread.length > 1, save: thread.length > 0 });
}

/** @param {string} text @param {import("./types.js").Attachment[]} [attachments] */
function send(text, attachments) {
  rating.drop(); // they go on: it is not over
  conversation.send(text, attachments);
}

/** Keeps a copy of the conversation on the customer's own machine. */
async function save() {
  const shop = byId("shop").textContent ?? "";
  try {
    const thread = await conversation.whole();
    download(`${thread.case_number}.txt`, transcript(thread, shop, disclosureFor(shop).text));
    notice.tell("saved");
    window.setTimeout(() => notice.withdraw("saved"), SHOW_SAVED_MS);
  } catch {
    notice.tell("saveFailed", save); // No connection: the notice lets them try again.
  }
}

async function askForPerson() {
  if (asking || floor.floor !== "ai") return;
  asking = true;
  drawFloor();
  try {
    await conversation.askForPerson();
    log.toEnd();
    notice.tell(null);
    bridge.tell("event", { name: "handoff", detail: {} });
  } catch {
    notice.tell("askFailed", askForPerson); // Whatever went wrong, the customer is told and can try again.
  } finally {
    asking = false;
    drawFloor();
    // The button has let go of the focus; whoever works with the keyboard goes on in the field.
    if (document.hasFocus() && document.activeElement === document.body) takeFocus();
  }
}

async function leaveQueue() {
  try {
    await conversation.leaveQueue();
    log.toEnd();
    notice.tell(null);
    takeFocus();
  } catch {
    notice.tell("unsettled", leaveQueue);
  }
}

/** Begins (again) for whoever is signed in on the shop's page now. @param {boolean} [anew] with a new conversation */
async function start(anew = false) {
  clearTimeout(retryTimer);
  listening = false;
  conversation?.stop();
  log.clear();
  rating.reset();
  stepUp.reset();
  composer.disable();
  screen.showFloor({ floor: "ai", epoch: 0, holder: null, resolved: false });
  notice.tell("connecting");
  const session = new Session(bridge, () => start());
  const mine = (conversation = new Conversation(session, screen));
  mine.page = page;
  try {
    await speak();
    await mine.start(anew);
    if (mine !== conversation) return;
    const { customer } = await session.open();
    failures = 0;
    notice.tell(null);
    composer.enable(customer?.name ?? "");
    disclosed.begin(customer?.name ?? recall("visitor") ?? "visitor");
    [listening, signedIn] = [true, customer !== null];
    drawChoices();
    if (wantsFocus || anew) takeFocus();
  } catch (error) {
    if (mine !== conversation) return;
    delete document.documentElement.dataset.wordless;
    notice.tell("noStart", () => start(anew));
    // A refusal will not change by itself; a network or a server that is away will come back.
    if (error instanceof Problem && error.status < 500) return;
    retryTimer = window.setTimeout(() => start(anew), Math.min(LONGEST_RETRY_MS, 2000 * 2 ** failures++));
  }
}

function takeFocus() {
  wantsFocus = false;
  // With a soft keyboard, focusing the field would cover the disclosure.
  if (window.matchMedia("(pointer: coarse)").matches) panel.focus();
  else composer.focus();
}

/** @param {boolean} shown @param {boolean} [focus] */
function setVisible(shown, focus = false) {
  visible = shown;
  rating.look();
  unread.count([...log.messages.values()], visible);
  if (!shown || !focus) return;
  wantsFocus = true;
  if (/** @type {HTMLTextAreaElement} */ (byId("field")).disabled) panel.focus();
  else takeFocus();
}

/** Closes, unless the customer is asked for the one time whether it is solved; closing once more then closes. */
async function leave() {
  if (!(await rating.whenLeaving())) bridge.tell("close");
}

/** @param {any} given what the shop tells of its page; only texts, and no longer than the server takes them */
function takePage(given) {
  const text = (/** @type {unknown} */ value, /** @type {number} */ longest) => (typeof value === "string" ? value.slice(0, longest) : "");
  page = given ? { title: text(given.title, 300), url: text(given.url, 2000), product: text(given.product, 300) } : null;
  suggestions.setPage(page);
  if (conversation) conversation.page = page;
}

/** @param {string} value light, dark or auto */
function setScheme(value) {
  document.documentElement.dataset.scheme = value;
}

/** Says everything in the wanted language. @throws {TypeError} its words cannot be loaded */
async function speak() {
  if (!(await setLocale(locale))) return;
  delete document.documentElement.dataset.wordless;
  relabel();
  log.relabel();
  disclosed.again();
  document.title = byId("shop").textContent || document.title;
  drawChoices();
}

/** @param {any} command from the loader */
function obey(command) {
  if (command.type === "init") {
    locale = command.locale;
    setScheme(command.colorScheme);
    setCovering(panel, command.covering);
    takePage(command.page);
    setVisible(command.visible, command.focus);
    start();
  } else if (command.type === "visibility") {
    setVisible(command.visible, command.focus);
  } else if (command.type === "identify") {
    start();
  } else if (command.type === "logout") {
    forgetAll();
    conversation?.session.end();
    start();
  } else if (command.type === "locale") {
    locale = command.locale;
    speak().catch(() => {}); // No connection: the language stays, and the next start tries again.
  } else if (command.type === "page") {
    takePage(command.page);
    drawChoices();
  } else if (command.type === "covering") {
    setCovering(panel, command.covering);
  } else if (command.type === "scheme") {
    setScheme(command.colorScheme);
  } else if (command.type === "talk-to-human") {
    askForPerson();
  }
}

const bridge = new Bridge(obey);
label(byId("close"), "close", {}, "aria-label");
label(byId("log"), "log", {}, "aria-label");
label(byId("newer"), "newer");
drawFloor();
prepareQuotes();
keepFocusInside(panel);
talkButton.addEventListener("click", askForPerson);
// Said at once; a stream may take minutes to notice that its line is dead.
window.addEventListener("offline", () => notice.tell("offline"));
window.addEventListener("online", () => notice.withdraw("offline"));
byId("close").addEventListener("click", leave);
byId("close").hidden = bridge.alone;
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.isComposing && !hideQuote() && !menu.close()) leave();
});
if (bridge.alone) {
  visible = true;
  start();
}
