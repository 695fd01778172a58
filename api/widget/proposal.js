/** The card of a proposal: what exactly would happen, and the customer's yes or no. */

import { element, label } from "./dom.js";
import { clock } from "./words.js";

/** @typedef {import("./types.js").Proposal} Proposal */

const LONGEST_TIMER_MS = 2 ** 31 - 1; // What setTimeout can hold.

export class ProposalCard {
  #state = element("p", { class: "state" });
  #problem = element("p", { class: "problem", role: "alert" });
  #confirm = label(element("button", { type: "button", class: "primary" }), "confirm");
  #cancel = label(element("button", { type: "button", class: "plain" }), "cancel");
  #busy = false;
  #timer = 0;

  /**
   * @param {Proposal} proposal
   * @param {(proposal: Proposal, yes: boolean) => Promise<unknown>} decide
   */
  constructor(proposal, decide) {
    this.proposal = proposal;
    const terms = proposal.lines.map(({ label: name, value }) =>
      element("div", {}, element("dt", {}, name), element("dd", { dir: "auto" }, value)),
    );
    const title = element("h2", { id: `proposal-${proposal.id}` }, proposal.title);
    this.element = element(
      "section",
      { class: "proposal", "aria-labelledby": title.id, tabindex: "-1" },
      title,
      element("dl", {}, ...terms),
      this.#state,
      element("div", { class: "buttons" }, this.#confirm, this.#cancel),
      this.#problem,
    );
    this.#confirm.addEventListener("click", () => this.#answer(decide, true));
    this.#cancel.addEventListener("click", () => this.#answer(decide, false));
    this.update(proposal);
  }

  /** @param {Proposal} proposal */
  update(proposal) {
    // A refetch that was overtaken by the event must not open the card again.
    if (this.proposal.status !== "open" && proposal.status === "open") return;
    this.proposal = proposal;
    clearTimeout(this.#timer);
    const left = Date.parse(proposal.expires_at) - Date.now();
    const status = proposal.status === "open" && left <= 0 ? "expired" : proposal.status;
    if (status === "open") {
      this.#timer = window.setTimeout(() => this.update(this.proposal), Math.min(left, LONGEST_TIMER_MS));
    } else {
      this.#problem.textContent = "";
    }
    this.element.dataset.status = status;
    if (status === "open") label(this.#state, "until", { time: clock(proposal.expires_at) });
    else label(this.#state, status);
    this.#confirm.disabled = this.#cancel.disabled = this.#busy || status !== "open";
  }

  /** @param {(proposal: Proposal, yes: boolean) => Promise<unknown>} decide @param {boolean} yes */
  async #answer(decide, yes) {
    const hadFocus = this.element.contains(document.activeElement);
    this.#busy = true;
    this.#problem.textContent = "";
    this.update(this.proposal);
    try {
      await decide(this.proposal, yes);
    } catch {
      // Why it failed is for the record, which has been asked again; while it is still open, another try is harmless.
      if (this.proposal.status === "open") label(this.#problem, "unsettled");
    } finally {
      this.#busy = false;
      this.update(this.proposal);
      // A disabled button lets go of the focus; whoever works with the keyboard goes on from the card.
      if (hadFocus && document.activeElement === document.body) (this.#confirm.disabled ? this.element : this.#confirm).focus();
    }
  }
}
