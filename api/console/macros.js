/** Saved replies, chosen with `/` in the box. */

import { insert } from "./composer.js";
import { Problem } from "./http.js";
import { offer, typeSign } from "./picker.js";
import { state } from "./store.js";
import { shortened } from "./words.js";
import { writing } from "./writing_calls.js";

/** @typedef {{id: string, name: string, text: string, empty: string[]}} Filled */

/** Those of one conversation, asked for when the sign is typed. @type {{id: string | null, items: Promise<Filled[]>}} */
let filled = { id: null, items: Promise.resolve([]) };

export function startMacros() {
  offer("/", async (query) => {
    // Never one that was filled in for another customer.
    if (!query || filled.id !== state.openId) filled = { id: state.openId, items: load() };
    const items = await filled.items;
    const words = query.split(/\s+/);
    const found = items.filter((macro) => words.every((word) => `${macro.name} ${macro.text}`.toLowerCase().includes(word)));
    const rows = found.map((macro) => ({
      label: macro.name,
      detail: shortened(macro.text, 90),
      choose: (/** @type {number} */ from) => insert(macro.text, [], { from }),
    }));
    return query && !rows.length ? [] : [...rows.slice(0, 7), { label: "Edit macros…", choose: edit }];
  });
}

/** @param {number} from */
function edit(from) {
  insert("", [], { from });
  void import("./macro_dialog.js").then((loaded) => loaded.openMacros());
}

/** As if the person had typed the sign. */
export function chooseMacro() {
  typeSign("/");
}

async function load() {
  const id = state.openId;
  if (!id) return [];
  try {
    return (await writing.macrosFor(id)).items;
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    return []; // the list only says "Edit macros…", and that tells what is wrong
  }
}
