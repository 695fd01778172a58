/** Notes that are for this person: the list of mentions, and a whisper, which is shown at once wherever they are. */

import { byId, fill, h } from "./dom.js";
import { Problem, desk } from "./http.js";
import { offer } from "./picker.js";
import { changed, state } from "./store.js";
import { heard } from "./stream.js";
import { agoElement, shortened } from "./words.js";
import { composing, insert } from "./composer.js";
import { writing } from "./writing_calls.js";

/** @import {Mention, Message} from "./types.js" */

/** @type {Mention[]} */
let mentions = [];
let unseen = 0;
/** The whisper on screen. @type {{conversationId: string, message: Message} | null} */
let whispered = null;
/** Whispers that were shown: a stream that replays brings them again. @type {Set<string>} */
const shown = new Set();
let drawn = "";
let seeing = false;

/** @type {(id: string) => void} */
let openConversation = () => {};

const list = h("ul", { class: "mentions" });
const dialog = h("dialog", { "aria-labelledby": "mentions-title" });

/** @param {(id: string) => void} open opens a conversation */
export function startMentions(open) {
  openConversation = open;
  fill(
    dialog,
    h("h2", { id: "mentions-title" }, "Mentions"),
    list,
    h("div", { class: "choices" }, h("button", { type: "button", class: "primary", onclick: () => dialog.close() }, "Close")),
  );
  document.body.append(dialog);
  byId("mentions-open").addEventListener("click", openMentions);
  heard.note = onNote;
  heard.opened = () => void load();
  offer("@", async (query) => {
    if (composing()?.mode === "reply") return []; // a customer knows no colleagues
    const { items } = await desk.people().catch((problem) => {
      if (!(problem instanceof Problem)) throw problem;
      return { items: [] };
    });
    return items
      .filter((person) => person.id !== state.me?.id && person.name.toLowerCase().includes(query))
      .map((person) => ({ label: person.name, choose: (/** @type {number} */ from) => insert(`@${person.name} `, [], { from }) }));
  });
}

export function openMentions() {
  drawList();
  dialog.showModal();
}

/** Forget what is for one person, before another signs in. */
export function forgetMentions() {
  mentions = [];
  unseen = 0;
  whispered = null;
  shown.clear();
}

async function load() {
  try {
    const answer = await writing.mentions();
    mentions = answer.items;
    unseen = answer.unseen;
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    return; // they are asked for again when the line opens again
  }
  if (dialog.open) drawList();
  changed();
}

/** @param {string} conversationId @param {Message} message */
function onNote(conversationId, message) {
  const mine = message.for?.find((one) => one.id === state.me?.id);
  if (!mine || shown.has(message.id)) return;
  shown.add(message.id);
  if (mine.whisper) whispered = { conversationId, message };
  else heard.announce(`${message.author.name ?? "A colleague"} mentions you: ${shortened(message.text, 160)}`);
  void load();
}

export function drawMentions() {
  seeOpen();
  const next = JSON.stringify([unseen, whispered, state.openId]);
  if (next === drawn) return;
  drawn = next;
  const count = byId("mentions-count");
  count.textContent = unseen ? String(unseen) : "";
  count.classList.toggle("alert", unseen > 0);
  byId("mentions-open").setAttribute("aria-label", unseen ? `Mentions, ${unseen} not seen` : "Mentions");
  fill(byId("whisper-box"), whispered && banner(whispered));
}

/** What is for this person in the conversation on screen counts as seen. */
function seeOpen() {
  const id = state.detail?.id;
  if (!id || document.hidden || seeing || !mentions.some((one) => one.conversation_id === id && !one.seen)) return;
  seeing = true;
  writing
    .seeMentions(id)
    .then(load)
    .catch((problem) => {
      if (!(problem instanceof Problem)) throw problem; // it stays in the list as new
    })
    .finally(() => (seeing = false));
}

/** @param {NonNullable<typeof whispered>} whisper */
function banner({ conversationId, message }) {
  const dismiss = () => {
    whispered = null;
    changed();
  };
  const go = () => {
    dismiss();
    openConversation(conversationId);
  };
  const elsewhere = conversationId !== state.openId;
  return h(
    "div",
    { class: "whisper-banner" },
    h("strong", {}, `${message.author.name ?? "A supervisor"} whispers: `),
    h("span", { dir: "auto" }, message.text),
    h(
      "span",
      { class: "whisper-choices" },
      elsewhere && h("button", { type: "button", onclick: go }, "Open the conversation"),
      h("button", { type: "button", class: "bare", onclick: dismiss }, "Dismiss"),
    ),
  );
}

function drawList() {
  fill(
    list,
    ...mentions.map((one) =>
      h(
        "li",
        {},
        h(
          "button",
          { type: "button", class: one.seen ? "mention" : "mention new", onclick: () => (dialog.close(), openConversation(one.conversation_id)) },
          h(
            "span",
            { class: "mention-head" },
            h("strong", { dir: "auto" }, `${one.by}${one.whisper ? " whispered" : ""}`),
            ` · ${one.customer ?? "Visitor"}, ${one.case_number} · `,
            agoElement(one.created_at, "", " ago"),
            !one.seen && h("span", { class: "count alert" }, "new"),
          ),
          h("span", { dir: "auto" }, shortened(one.text, 240)),
        ),
      ),
    ),
    !mentions.length && h("li", { class: "quiet" }, "No note mentions you. Colleagues do it with @ and your name."),
  );
}
