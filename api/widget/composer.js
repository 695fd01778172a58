/** The field in which the customer writes. */

import { byId, element, label } from "./dom.js";
import { keep, recall } from "./keep.js";
import { say } from "./words.js";

const LONGEST = 4000;
const HINT_FROM = 3600;

export class Composer {
  #field = /** @type {HTMLTextAreaElement} */ (byId("field"));
  #button = /** @type {HTMLButtonElement} */ (byId("send"));
  #hint = byId("hint");
  #owner = "";
  #send;

  #files;

  /**
   * @param {(text: string, attachments: import("./types.js").Attachment[]) => void} send
   * @param {() => void} typing called as the customer writes @param {import("./files.js").Files} files
   */
  constructor(send, typing, files) {
    this.#send = send;
    this.#files = files;
    files.onChange(() => this.#draw());
    files.disabled = true;
    label(this.#field, "field", {}, "aria-label");
    label(this.#button, "send", {}, "aria-label");
    this.setWaiting(false);
    this.#field.addEventListener("input", () => (this.#changed(), this.#field.value && typing()));
    this.#field.addEventListener("keydown", (event) => {
      // While an input method composes, Enter chooses a candidate.
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.#submit();
    });
    byId("composer").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
      this.#field.focus();
    });
  }

  /** Opens the field, once the disclosure stands above it, with what this person had begun to write and put up. @param {string} owner */
  enable(owner) {
    this.#owner = owner;
    const kept = JSON.parse(recall("draft") ?? "{}");
    if (!this.#field.value && kept.owner === owner) this.#field.value = kept.text;
    this.#field.disabled = this.#files.disabled = false;
    this.#files.restore();
    this.#changed();
  }

  /** Closes and empties the field, for somebody else. */
  disable() {
    this.#field.value = "";
    this.#field.disabled = this.#files.disabled = true;
    this.#files.clear();
    this.#button.disabled = true;
  }

  focus() {
    this.#field.focus();
  }

  /** Writes the beginning of a message, before what stands there, for the customer to go on. @param {string} beginning */
  begin(beginning) {
    if (!this.#field.value.startsWith(beginning)) this.#field.value = beginning + this.#field.value;
    this.#changed();
    this.#field.focus();
    this.#field.setSelectionRange(this.#field.value.length, this.#field.value.length);
  }

  /** @param {boolean} waiting for a person */
  setWaiting(waiting) {
    label(this.#field, waiting ? "placeholderWaiting" : "placeholder", {}, "placeholder");
  }

  #changed() {
    const text = this.#field.value;
    keep("draft", text ? JSON.stringify({ owner: this.#owner, text }) : null);
    this.#draw();
  }

  /** Size, count and button for what stands in the field. */
  #draw() {
    const text = this.#field.value;
    const length = [...text].length; // Characters, as the server counts them, not UTF-16 units.
    this.#field.dir = text ? "auto" : ""; // An empty field stands as its placeholder does: in the language of the panel.
    this.#field.style.height = "auto";
    this.#field.style.height = `${this.#field.scrollHeight}px`;
    this.#field.setAttribute("aria-invalid", String(length > LONGEST));
    this.#button.disabled = this.#field.disabled || !(text.trim() || this.#files.some) || !this.#files.ready || length > LONGEST;
    const left = LONGEST - length;
    if (left < 0) this.#hint.replaceChildren(label(element("span"), "full", { n: LONGEST }), ` (${left})`);
    else if (length >= HINT_FROM) this.#hint.replaceChildren(label(element("span"), "left", { n: left }));
    else this.#hint.replaceChildren();
  }

  #submit() {
    if (this.#button.disabled) return;
    const text = this.#field.value.trim() || say("fileAlone"); // Words, so that its language is known.
    this.#field.value = "";
    const files = this.#files.take();
    this.#send(text, files);
  }
}
