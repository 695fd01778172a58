/**
 * The form in the thread by which a visitor confirms their e-mail address: first the address, then the code that came.
 * It appears under an answer that asks for it (`offer_step_up`), and goes once it is done or another answer does not ask.
 */

import { element, label } from "./dom.js";
import { Problem } from "./session.js";
import { languageNow } from "./words.js";

/**
 * @typedef {import("./types.js").Message} Message
 * @typedef {import("./words.js").Word} Word
 *
 * @typedef {object} Parts
 * @property {(path: string, options: object) => Promise<Response>} fetch in the name of the session
 * @property {() => string | null} conversation its id
 * @property {() => string} shop its name
 * @property {(answer: any) => void} proven the session as the customer, in place of the one before
 * @property {(card: HTMLElement) => void} show
 * @property {() => void} goOn what they had asked for can be answered now; the form, and the focus in it, are gone
 */

export class StepUp {
  /** @type {HTMLElement | null} */
  #card = null;
  #touched = false;
  /** @type {string | null} the code's id, once one was asked for */
  #id = null;
  #email = "";
  #parts;

  /** @param {Parts} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  /** Somebody else is there now. */
  reset() {
    this.#card?.remove();
    this.#card = this.#id = null;
    this.#touched = false;
    this.#email = "";
  }

  /** @param {Message} message as it comes, and again after a reload */
  heard(message) {
    if (message.author.kind !== "ai") return;
    if (message.offer_step_up && !this.#card) this.#draw();
    else if (!message.offer_step_up && !this.#touched) this.reset();
  }

  #draw() {
    const title = this.#label(element("h2", { id: "step-up-title" }), "stepUpTitle");
    this.#card = element("section", { class: "step-up", "aria-labelledby": title.id }, title);
    this.#card.addEventListener("input", () => (this.#touched = true), { once: true });
    this.#askAddress();
    this.#parts.show(this.#card);
  }

  /** @param {boolean} [focus] whether the keyboard was in the form */
  #askAddress(focus = false) {
    const why = this.#label(element("p", { id: "step-up-why" }), "stepUpWhy");
    const field = element("input", {
      type: "email", id: "step-up-email", name: "email", autocomplete: "email", maxlength: "254", dir: "ltr",
      "aria-describedby": `${why.id} step-up-problem`, value: this.#email,
    });
    const skip = this.#button("stepUpSkip", () => this.reset());
    this.#form([why, this.#label(element("label", { for: field.id }), "stepUpEmail"), field], "stepUpSend", [skip], async () => {
      this.#email = field.value.trim();
      if (!/^\S+@\S+\.\S+$/.test(this.#email)) return this.#refuse(field, "stepUpNoAddress");
      await this.#begin(field);
    });
    if (focus) field.focus();
  }

  /** @param {HTMLInputElement} field */
  async #begin(field) {
    try {
      const body = { email: this.#email, language: languageNow() };
      const response = await this.#parts.fetch(this.#path(), { method: "POST", body });
      this.#id = (await response.json()).id;
      this.#askCode();
    } catch (error) {
      if (!(error instanceof Problem)) this.#refuse(field, "stepUpFailed");
      else if (error.status === 422) this.#refuse(field, "stepUpNoAddress");
      else if (error.status === 429) this.#refuse(field, "stepUpMany", { n: Math.ceil((error.body?.seconds ?? 900) / 60) });
      else this.#refuse(field, "stepUpFailed");
    }
  }

  #askCode() {
    const sent = this.#label(element("p", { id: "step-up-sent", role: "status", tabindex: "-1" }), "stepUpSent");
    const field = element("input", {
      type: "text", id: "step-up-code", name: "code", inputmode: "numeric", autocomplete: "one-time-code", maxlength: "12", dir: "ltr",
      "aria-describedby": `${sent.id} step-up-problem`,
    });
    const more = [
      this.#button("stepUpAgain", () => this.#begin(field)),
      this.#button("stepUpOther", () => this.#askAddress(true)),
    ];
    this.#form([sent, this.#label(element("label", { for: field.id }), "stepUpCode"), field], "stepUpConfirm", more, async () => {
      const code = field.value.replace(/\D/g, ""); // Typed as "123 456", or pasted with more around it.
      if (code.length !== 6) return this.#refuse(field, "stepUpNoCode");
      await this.#finish(field, code);
    });
    field.focus();
  }

  /** @param {HTMLInputElement} field @param {string} code */
  async #finish(field, code) {
    try {
      const response = await this.#parts.fetch(`${this.#path()}/${this.#id}`, { method: "POST", body: { code, language: languageNow() } });
      this.#parts.proven(await response.json());
      this.reset(); // The thread says that it is done.
      this.#parts.goOn();
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 409) return this.#refuse(field, "stepUpFailed");
      const left = error.body?.tries_left ?? 0;
      if (!left) this.#refuse(field, "stepUpOver");
      else this.#refuse(field, left === 1 ? "stepUpWrongLast" : "stepUpWrong", { n: left });
    }
  }

  #path() {
    return `conversations/${this.#parts.conversation()}/step-up`;
  }

  /**
   * One step: its fields, what sends it, and other ways on. While it is sent nothing can be pressed twice.
   *
   * @param {HTMLElement[]} fields @param {Word} send @param {HTMLElement[]} more @param {() => Promise<void>} act
   */
  #form(fields, send, more, act) {
    const problem = element("p", { class: "problem", role: "alert", id: "step-up-problem" });
    const submit = this.#label(element("button", { type: "submit", class: "secondary" }), send);
    const buttons = element("div", { class: "buttons" }, submit, ...more);
    const form = element("form", { novalidate: "" }, ...fields, problem, buttons);
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (submit.getAttribute("aria-disabled")) return;
      problem.textContent = "";
      delete problem.dataset.say; // Else another language would say it again.
      submit.setAttribute("aria-disabled", "true"); // Not `disabled`: that would let go of the focus.
      this.#label(submit, "stepUpSending");
      try {
        await act();
      } finally {
        submit.removeAttribute("aria-disabled");
        this.#label(submit, send);
      }
    });
    this.#card?.querySelector("form")?.remove();
    this.#card?.append(form);
    this.#card?.scrollIntoView({ block: "nearest" });
  }

  /** @param {HTMLInputElement} field @param {Word} word @param {Record<string, number>} [values] */
  #refuse(field, word, values = {}) {
    const problem = this.#card?.querySelector(".problem");
    if (problem) this.#label(/** @type {HTMLElement} */ (problem), word, values);
    field.setAttribute("aria-invalid", "true");
    this.#card?.scrollIntoView({ block: "nearest" });
    field.focus(); // Last: where the form is taller than the window, the field is in sight.
  }

  /** @param {Word} word @param {() => unknown} act */
  #button(word, act) {
    const made = this.#label(element("button", { type: "button", class: "plain" }), word);
    made.addEventListener("click", act);
    return made;
  }

  /**
   * @template {HTMLElement} T
   * @param {T} target @param {Word} word @param {Record<string, number>} [values]
   */
  #label(target, word, values = {}) {
    return label(target, word, { shop: this.#parts.shop(), ...values });
  }
}
