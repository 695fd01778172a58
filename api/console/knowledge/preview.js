/** The text as customers would see it, a moment after it was typed. */

import { cleaned, fill, h } from "../dom.js";
import { Problem } from "../http.js";
import { kb } from "./calls.js";

/** Milliseconds without a key before it is drawn again: longer than between two keys, shorter than a look aside. */
const PAUSE = 300;

/** @param {(headings: string[]) => void} found told the headings of the text, as the server reads them */
export function preview(found) {
  const page = h("div", { class: "article-text" });
  const error = h("p", { class: "error", role: "status" });
  const element = h("section", { class: "preview", "aria-label": "Preview", tabindex: 0 }, error, page);
  let timer = 0;
  let turn = 0;

  /** @param {string} text */
  async function draw(text) {
    const mine = ++turn;
    try {
      const { html } = await kb.preview(text);
      if (mine !== turn) return;
      const block = cleaned(html);
      fill(page, block);
      fill(error);
      found([...block.querySelectorAll(":scope > :is(h1, h2, h3, h4, h5, h6)")].map((heading) => (heading.textContent ?? "").trim()));
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      if (mine === turn) fill(error, `The preview could not be made. ${problem.message}`);
    }
  }

  return {
    element,
    draw,
    /** @param {string} text */
    soon(text) {
      clearTimeout(timer);
      timer = setTimeout(() => void draw(text), PAUSE);
    },
    stop: () => clearTimeout(timer),
  };
}
