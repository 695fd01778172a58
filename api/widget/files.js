/** The files that wait beside the field: picked, pasted or dropped, put up at once, sent with the next message. */

import { byId, element, label } from "./dom.js";
import { newId } from "./ids.js";
import { Problem } from "./session.js";

/** @typedef {import("./types.js").Attachment} Attachment */

const MOST = 4; // files of a message, as the server takes them
const FIRST_RETRY_MS = 1000; // doubled each time
const LONGEST_RETRY_MS = 20_000;

/** A name within a sentence: its own direction stays its own. @param {string} name */
export const inSentence = (name) => `\u2068${name}\u2069`;

/**
 * @typedef {object} Waiting
 * @property {File} file
 * @property {string} key
 * @property {HTMLElement} row
 * @property {AbortController} given_up
 * @property {Attachment} [kept] as the server has it
 * @property {boolean} [refused]
 */

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
   *   takeBack: (id: string) => void}} parts
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
    const taken = this.#items.flatMap(({ kept }) => kept ?? []);
    this.clear();
    return taken;
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
      const item = { file, key: newId(), row: element("li", { class: "file" }), given_up: new AbortController() };
      this.#items.push(item);
      this.#drawRow(item);
      this.#list.append(item.row);
      this.#putUp(item);
    }
    this.#draw();
  }

  /** Tries until it is there, refused, or removed. @param {Waiting} item */
  async #putUp(item) {
    const bar = /** @type {HTMLProgressElement} */ (item.row.querySelector("progress"));
    const said = /** @type {HTMLElement} */ (item.row.querySelector(".state"));
    const name = inSentence(item.file.name);
    for (let failures = 0; !item.given_up.signal.aborted; failures++) {
      try {
        label(said, "sending");
        item.kept = await this.#parts.putUp(item.file, item.key, (share) => (bar.value = share), item.given_up.signal);
        if (item.given_up.signal.aborted) return this.#parts.takeBack(item.kept.id);
        label(said, "fileDone", { name });
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
    label(remove, "fileRemove", { name: inSentence(item.file.name) }, "aria-label");
    remove.addEventListener("click", () => this.#remove(item));
    const preview = element("span", { class: "preview", "aria-hidden": "true" });
    if (/^image\/(png|jpeg|webp|gif)$/.test(item.file.type)) {
      const image = element("img", { alt: "" });
      image.src = URL.createObjectURL(item.file);
      image.onload = () => URL.revokeObjectURL(image.src);
      image.onerror = () => image.remove(); // Not what its name says.
      preview.append(image);
    } else preview.append("PDF");
    const bar = element("progress", { max: "1" });
    label(bar, "sending", {}, "aria-label");
    const said = element("span", { class: "state", role: "status" });
    item.row.append(preview, element("span", { class: "what" }, element("bdi", { class: "name" }, item.file.name), bar, said), remove);
  }

  /** @param {Waiting} item */
  #remove(item) {
    item.given_up.abort();
    if (item.kept) this.#parts.takeBack(item.kept.id);
    item.row.remove();
    this.#items = this.#items.filter((other) => other !== item);
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
