/** What others have said since the customer last looked, kept over a reload of the tab. */

import { keep, recall } from "./keep.js";

/** @typedef {import("./types.js").Message} Message */

export class Unread {
  #told = 0;
  #tell;

  /** @param {(count: number) => void} tell called when the number has changed */
  constructor(tell) {
    this.#tell = tell;
  }

  /** @param {Message[]} said the whole thread @param {boolean} visible whether the customer sees it now */
  count(said, visible) {
    const last = Math.max(0, ...said.map(({ seq }) => seq));
    const first = said.find(({ seq }) => seq === 1)?.id ?? "";
    const [thread, read] = (recall("read") ?? "").split(" ");
    if (visible) keep("read", `${first} ${last}`);
    const from = visible ? last : thread === first ? Number(read) : 1;
    const count = said.filter(({ seq, author }) => seq > from && author.kind !== "customer").length;
    if (count !== this.#told) this.#tell(count);
    this.#told = count;
  }
}
