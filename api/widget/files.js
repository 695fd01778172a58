/** The files that wait beside the field: picked, pasted or dropped, put up at once, sent with the next message. */

import { byId, element, label } from "./dom.js";
import { newId } from "./ids.js";
import { keep, recall } from "./keep.js";
import { Problem } from "./session.js";

/** @typedef {import("./types.js").Attachment} Attachment */

const MOST = 4; // files of a message, as the server takes them
const FIRST_RETRY_MS = 1000; // doubled each time
const LONGEST_RETRY_MS = 20_000;

/** A name within a sentence: its own direction stays its own. @param {string} name */
export const inSentence = (name) => `\u2068${name}\u2069`;

/**
 * @typedef {object} Waiting
 * @property {string} name
 * @property {string} type of its content
 * @property {string} key
 * @property {HTMLElement} row
 * @property {AbortController} given_up
 * @property {Attachment} [kept] as the server has it
 * @property {boolean} [refused]
 */

/** @param {string} type */
const isShown = (type) => /^image\/(png|jpeg|webp|gif)$/.test(type);

/** @param {Waiting} item @param {Blob} blob */
function preview(item, blob) {
  const image = element("img", { alt: "" });
  image.src = URL.createObjectURL(blob);
  image.onload = () => URL.revokeObjectURL(image.src);
  image.onerror = () => image.remove(); // Not what its name says.
  item.row.querySelector(".preview")?.append(image);
}

export class Files {
  /** @type {Waiting[]} */
  #items = [];
  #list = byId("files");
  #picker = /** @type {HTMLInputElement} */ (byId("picker"));
  #button = /** @type {HTMLButtonElement} */ (byId("attach"));
  #told = byId("files-told");
  #changed = () => {};
  #parts;

  /**
   * @param {{putUp: (file: File, key: string, progress: (share: number) => void, signal: AbortSignal) => Promise<Attachment>,
   *   takeBack: (id: string) => void, load: (id: string) => Promise<Blob>, conversation: () => string | null}} parts
   */
  constructor(parts) {
    this.#parts = parts;
    label(this.#button, "attach", {}, "aria-label");
    label(this.#list, "files", {}, "aria-label");
    this.#button.addEventListener("click", () => this.#picker.click());
    this.#picker.addEventListener("change", () => {
      this.#add(this.#picker.files);
      this.#picker.value = ""; // The same file may be picked again.
    });
    byId("field").addEventListener("paste", (event) => {
      if (!event.clipboardData?.files.length) return;
      event.preventDefault();
      this.#add(event.clipboardData.files);
    });
    const panel = byId("panel");
    panel.addEventListener("dragover", (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault(); // Else the browser would open the file in place of the chat.
      panel.classList.add("drop");
    });
    panel.addEventListener("dragleave", (event) => panel.contains(/** @type {Node | null} */ (event.relatedTarget)) || panel.classList.remove("drop"));
    panel.addEventListener("drop", (event) => {
      panel.classList.remove("drop");
      if (!event.dataTransfer?.files.length) return;
      event.preventDefault();
      this.#add(event.dataTransfer.files);
    });
  }

  /** @param {() => void} changed called whenever what waits has changed */
  onChange(changed) {
    this.#changed = changed;
  }

  set disabled(/** @type {boolean} */ disabled) {
    this.#button.disabled = disabled;
  }

  get disabled() {
    return this.#button.disabled;
  }

  get some() {
    return this.#items.length > 0;
  }

  /** Whether every one is with the server. */
  get ready() {
    return this.#items.every(({ kept }) => kept);
  }

  /** Those that go with the message; nothing waits any more. @returns {Attachment[]} */
  take() {
    const taken = this.#kept();
    this.clear();
    this.#keep();
    return taken;
  }

  /** Brings back what was put up before the page was loaded anew, and went with no message yet. */
  restore() {
    const { conversation, files } = JSON.parse(recall("files") ?? "{}");
    if (this.some || !conversation || conversation !== this.#parts.conversation()) return;
    for (const kept of /** @type {Attachment[]} */ (files)) {
      const item = this.#waiting({ name: kept.name, type: kept.media_type });
      item.kept = kept;
      item.row.querySelector("progress")?.remove();
      label(/** @type {HTMLElement} */ (item.row.querySelector(".state")), "fileDone", { name: inSentence(kept.name) });
      // Without its picture it is still the customer's file.
      if (isShown(kept.media_type)) this.#parts.load(kept.id).then((blob) => preview(item, blob), () => {});
    }
    this.#draw();
  }

  #kept() {
    return this.#items.flatMap(({ kept }) => kept ?? []);
  }

  /** For when the page is loaded anew. */
  #keep() {
    const files = this.#kept();
    keep("files", files.length ? JSON.stringify({ conversation: this.#parts.conversation(), files }) : null);
  }

  /** One more, in the list. @param {{name: string, type: string}} file @returns {Waiting} */
  #waiting({ name, type }) {
    const item = { name, type, key: newId(), row: element("li", { class: "file" }), given_up: new AbortController() };
    this.#items.push(item);
    this.#drawRow(item);
    this.#list.append(item.row);
    return item;
  }

  clear() {
    for (const item of this.#items) {
      item.given_up.abort();
      item.row.remove();
    }
    this.#items = [];
    this.#told.replaceChildren();
    this.#draw();
  }

  /** @param {FileList | null} files */
  #add(files) {
    if (this.#button.disabled) return;
    this.#told.replaceChildren();
    for (const file of files ?? []) {
      if (this.#items.length === MOST) {
        label(this.#told, "fileMany", { n: MOST });
        break;
      }
      const item = this.#waiting(file);
      if (isShown(file.type)) preview(item, file);
      this.#putUp(item, file);
    }
    this.#draw();
  }

  /** Tries until it is there, refused, or removed. @param {Waiting} item @param {File} file */
  async #putUp(item, file) {
    const bar = /** @type {HTMLProgressElement} */ (item.row.querySelector("progress"));
    const said = /** @type {HTMLElement} */ (item.row.querySelector(".state"));
    const name = inSentence(item.name);
    for (let failures = 0; !item.given_up.signal.aborted; failures++) {
      try {
        label(said, "sending");
        item.kept = await this.#parts.putUp(file, item.key, (share) => (bar.value = share), item.given_up.signal);
        if (item.given_up.signal.aborted) return this.#parts.takeBack(item.kept.id);
        label(said, "fileDone", { name });
        this.#keep();
        break;
      } catch (error) {
        if (item.given_up.signal.aborted) return;
        if (error instanceof Problem && error.status < 500 && error.status !== 429) {
          item.refused = true;
          item.row.classList.add("refused");
          label(said, error.status === 413 ? "fileBig" : error.status === 409 ? "fileFull" : "fileBad", { name });
          break;
        }
        label(said, "later");
        await new Promise((again) => setTimeout(again, Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** failures)));
      }
    }
    bar.remove();
    this.#draw();
  }

  /** @param {Waiting} item */
  #drawRow(item) {
    const remove = element("button", { type: "button", class: "remove" }, "×");
    label(remove, "fileRemove", { name: inSentence(item.name) }, "aria-label");
    remove.addEventListener("click", () => this.#remove(item));
    const picture = element("span", { class: "preview", "aria-hidden": "true" }, isShown(item.type) ? "" : "PDF");
    const bar = element("progress", { max: "1" });
    label(bar, "sending", {}, "aria-label");
    const said = element("span", { class: "state", role: "status" });
    item.row.append(picture, element("span", { class: "what" }, element("bdi", { class: "name" }, item.name), bar, said), remove);
  }

  /** @param {Waiting} item */
  #remove(item) {
    item.given_up.abort();
    if (item.kept) this.#parts.takeBack(item.kept.id);
    item.row.remove();
    this.#items = this.#items.filter((other) => other !== item);
    this.#keep();
    this.#told.replaceChildren();
    this.#draw();
    byId("field").focus();
  }

  #draw() {
    this.#list.hidden = this.#items.length === 0;
    // What is wrong is in sight, however long the list is.
    this.#items.find(({ refused }) => refused)?.row.scrollIntoView({ block: "nearest" });
    this.#changed();
  }
}
