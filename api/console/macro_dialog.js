/** Making and changing saved replies, without leaving the console. */

import { backToBox } from "./composer.js";
import { fill, h } from "./dom.js";
import { Problem } from "./http.js";
import { writing } from "./writing_calls.js";

/** @import {Macro} from "./types.js" */

/** @type {Macro[]} */
let macros = [];
/** The one in the form; null: a new one. @type {Macro | null} */
let edited = null;

/** Made once, when it is first opened. */
const dialog = h("dialog", { "aria-labelledby": "macros-title", class: "macros" });
const search = h("input", { type: "search", "aria-label": "Search macros", placeholder: "Search", autocomplete: "off" });
const list = h("ul", { class: "macro-list" });
const name = h("input", { id: "macro-name", required: true, autofocus: true, maxlength: 60, autocomplete: "off" });
const text = h("textarea", { id: "macro-text", rows: 7, required: true, maxlength: 4000, dir: "auto" });
const shared = h("input", { id: "macro-shared", type: "checkbox" });
const legend = h("p", { class: "quiet" });
const error = h("p", { class: "error", role: "alert" });
const remove = h("button", { type: "button", onclick: () => void onRemove() }, "Delete");

function build() {
  const form = h(
    "form",
    {},
    h("label", { for: "macro-name" }, "Name"),
    name,
    h("label", { for: "macro-text" }, "Text"),
    text,
    legend,
    h("label", { class: "check" }, shared, " Shared with everybody at the desk"),
    error,
    h(
      "div",
      { class: "choices" },
      remove,
      h("button", { type: "button", onclick: close }, "Close"),
      h("button", { class: "primary" }, "Save"),
    ),
  );
  form.addEventListener("submit", (event) => void onSave(event));
  search.addEventListener("input", drawList);
  fill(
    dialog,
    h("h2", { id: "macros-title" }, "Macros"),
    h(
      "div",
      { class: "macro-panes" },
      h("div", {}, search, list, h("button", { type: "button", onclick: () => edit(null) }, "New macro")),
      form,
    ),
  );
  dialog.addEventListener("close", backToBox);
  document.body.append(dialog);
}

/** The caret is back at once: the event comes later, and what is typed before it would be lost. */
function close() {
  dialog.close();
  backToBox();
}

export async function openMacros() {
  if (!dialog.isConnected) build();
  await reload(null); // before: what is typed at once must not be taken for old
  dialog.showModal();
}

/** @param {string | null} chosen id of the one to show */
async function reload(chosen) {
  await trying(async () => {
    const answer = await writing.macros();
    macros = answer.items;
    const words = Object.entries(answer.placeholders).map(([placeholder, meaning]) => `{${placeholder}}: ${meaning}`);
    legend.textContent = `In braces, filled in for each conversation – ${words.join("; ")}.`;
    edit(macros.find((macro) => macro.id === chosen) ?? null);
  });
}

/** @param {Macro | null} macro */
function edit(macro) {
  edited = macro;
  name.value = macro?.name ?? "";
  text.value = macro?.text ?? "";
  shared.checked = macro?.shared ?? true;
  remove.hidden = !macro;
  remove.textContent = "Delete";
  error.textContent = "";
  drawList();
  if (!macro) name.focus();
}

function drawList() {
  const word = search.value.trim().toLowerCase();
  const rows = macros.filter((macro) => `${macro.name} ${macro.text}`.toLowerCase().includes(word));
  fill(
    list,
    ...rows.map((macro) =>
      h(
        "li",
        {},
        h(
          "button",
          { type: "button", class: "bare", dir: "auto", "aria-current": macro.id === edited?.id && "true", onclick: () => edit(macro) },
          macro.name,
          !macro.shared && h("span", { class: "quiet" }, " · only mine"),
        ),
      ),
    ),
    !rows.length && h("li", { class: "quiet" }, macros.length ? "None fits." : "None yet."),
  );
}

/** @param {Event} event */
async function onSave(event) {
  event.preventDefault();
  const written = { name: name.value, text: text.value, shared: shared.checked };
  await trying(async () => {
    const saved = edited ? await writing.changeMacro(edited.id, { ...written, version: edited.version }) : await writing.makeMacro(written);
    await reload(saved.id);
  });
}

async function onRemove() {
  const macro = edited;
  if (!macro) return;
  if (remove.textContent === "Delete") return void (remove.textContent = `Delete “${macro.name}” for ${macro.shared ? "everybody" : "good"}`);
  await trying(async () => {
    await writing.deleteMacro(macro.id);
    await reload(null);
  });
}

/** @param {() => Promise<void>} act */
async function trying(act) {
  error.textContent = "";
  try {
    await act();
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    error.textContent = problem.message;
  }
}
