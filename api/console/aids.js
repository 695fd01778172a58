/**
 * Help with writing, above and below the box: a suggested reply, the knowledge base, macros, sources, hints on tone.
 * What is opened in the panel is loaded when it is first asked for.
 */

import { backToBox, composing, write } from "./composer.js";
import { byId, fill, h, link } from "./dom.js";
import { chooseMacro } from "./macros.js";
import { state } from "./store.js";

/** @import {Source} from "./types.js" */

/** In which conversation the panel was opened, or nothing. @type {string | null} */
/** @type {Promise<typeof import("./tone.js")> | undefined} */
let tone;
let openedIn = null;
let drawnSources = "";

export function startAids() {
  byId("aid-suggestion").addEventListener("click", () => void openSuggestion());
  byId("aid-passages").addEventListener("click", () => void openPassages());
  byId("aid-macros").addEventListener("click", chooseMacro);
  byId("aid").addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    closePanel();
  });
  byId("composer-text").addEventListener("keydown", (event) => {
    // By the key's place: with Alt, a Mac's g writes "©".
    const open = event.altKey && { KeyG: openSuggestion, KeyI: openPassages }[event.code];
    if (!open) return;
    event.preventDefault();
    void open();
  });
}

/** Ask for a draft. Nothing goes into the box before the person says so. */
export async function openSuggestion() {
  write("reply");
  const { suggestionPanel } = await import("./suggestion.js");
  const now = composing();
  if (now) show("Suggested reply", suggestionPanel(now.id, closePanel, () => void openPassages()));
}

/** Search the knowledge base beside what is being written. */
export async function openPassages() {
  if (!composing()) write("reply");
  const { passagesPanel } = await import("./passages.js");
  const now = composing();
  if (now) show("From the knowledge base", passagesPanel(now.id, lastQuestion(), closePanel));
}

/** The customer's last words, to begin a search with. */
function lastQuestion() {
  return state.detail?.messages.findLast((message) => message.author.kind === "customer")?.text ?? "";
}

/** @param {string} title @param {HTMLElement} content its `[data-first]` gets the focus */
function show(title, content) {
  openedIn = state.openId;
  const panel = byId("aid");
  fill(
    panel,
    h(
      "div",
      { class: "aid-head" },
      h("h3", { id: "aid-title" }, title),
      h("button", { type: "button", class: "bare", onclick: closePanel }, "Close", h("kbd", { "aria-hidden": "true" }, "Esc")),
    ),
    content,
  );
  panel.hidden = false;
  /** @type {HTMLElement | null} */ (panel.querySelector("[data-first]"))?.focus();
}

function closePanel() {
  const held = byId("aid").contains(document.activeElement);
  openedIn = null;
  byId("aid").hidden = true;
  fill(byId("aid"));
  if (held) backToBox();
}

export function drawAids() {
  const now = composing();
  if (openedIn && (openedIn !== state.openId || !now)) closePanel();
  byId("aid-suggestion").hidden = now?.mode !== "reply";
  drawSources(now?.mode === "reply" ? now.sources.filter((_, index) => now.text.includes(`[${index + 1}]`)) : [], now?.sources ?? []);
  if (now?.text) tone ??= import("./tone.js"); // once somebody writes
  void tone?.then(({ drawTone }) => drawTone(now));
}

/** What the marks in the box mean. @param {Source[]} used @param {Source[]} all */
function drawSources(used, all) {
  const next = JSON.stringify(used);
  if (next === drawnSources) return;
  drawnSources = next;
  const list = byId("composer-sources");
  list.hidden = !used.length;
  fill(list, ...used.map((source) => h("li", { value: all.indexOf(source) + 1 }, link(source.url, source.title))));
}
