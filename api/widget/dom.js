/** Small help with elements, and with words that follow a change of the language. */

import { say } from "./words.js";

/** @typedef {import("./words.js").Word} Word */

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, string>} [attributes]
 * @param {...(Node | string)} children strings become text, never markup
 * @returns {HTMLElementTagNameMap[T]}
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** @template {HTMLElement} [T=HTMLElement] @param {string} id @returns {T} an element of panel.html */
export const byId = (id) => /** @type {T} */ (document.getElementById(id));

/**
 * Writes a word into an element's text, or into one of its attributes.
 *
 * @template {HTMLElement} T
 * @param {T} target @param {Word} word @param {Record<string, string | number>} [values] @param {string} [attribute]
 */
export function label(target, word, values = {}, attribute = "") {
  target.setAttribute(`data-say${attribute && `-${attribute}`}`, JSON.stringify([word, values]));
  if (attribute) target.setAttribute(attribute, say(word, values));
  else target.textContent = say(word, values);
  return target;
}

/** Says everything again, after the language has changed. */
export function relabel() {
  for (const attribute of ["", "aria-label", "placeholder"]) {
    const mark = `data-say${attribute && `-${attribute}`}`;
    for (const target of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(`[${mark}]`))) {
      const [word, values] = JSON.parse(target.getAttribute(mark) ?? "");
      label(target, word, values, attribute);
    }
  }
}

/** A word for those who hear the page. @param {Word} word @param {Record<string, string | number>} [values] */
export const aside = (word, values) => element("span", { class: "aside" }, " (", label(element("span"), word, values), ")");

/**
 * Puts in HTML that the server has rendered and cleaned; its links leave the chat in place, and say so.
 *
 * @param {HTMLElement} target @param {string} html
 */
export function setServerHtml(target, html) {
  target.innerHTML = html;
  for (const link of target.querySelectorAll("a")) {
    if (!/^https?:$/.test(link.protocol)) continue; // mailto: opens no tab
    link.target = "_blank";
    link.rel = "noopener noreferrer";
    link.classList.add("external");
    link.append(aside("newTab"));
  }
}

/** @param {string} url @returns {string} the address, or "" when it is no web address */
export function webAddress(url) {
  const address = new URL(url, window.location.href);
  return address.protocol === "https:" || address.protocol === "http:" ? address.href : "";
}
