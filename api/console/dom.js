/** Making elements. Text always goes in as text; the one way in for markup is `cleaned`, and it says so. */

/** @typedef {Node | string | number | null | undefined | false} Child */

/**
 * The element with this id. Throws if the page lacks it, so that a renamed id is found at once.
 *
 * @template {HTMLElement} [T=HTMLElement]
 * @param {string} id
 * @returns {T}
 */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return /** @type {T} */ (found);
}

/**
 * A new element. Attributes with `null`, `undefined` or `false` are left out; `true` gives an empty one;
 * a function under `on…` becomes a listener.
 *
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, string | number | boolean | null | undefined | EventListener | (() => unknown)>} [attributes]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...present(children));
  return element;
}

/**
 * @param {Child[]} children
 * @returns {(Node | string)[]}
 */
function present(children) {
  return children
    .filter((child) => child !== null && child !== undefined && child !== false && child !== "")
    .map((child) => (child instanceof Node ? child : String(child)));
}

/**
 * Replace what an element holds.
 *
 * @param {Element} element
 * @param {...Child} children
 */
export function fill(element, ...children) {
  element.replaceChildren(...present(children));
}

const SVG = "http://www.w3.org/2000/svg";

/**
 * A new SVG element.
 *
 * @param {string} tag
 * @param {Record<string, string | number>} attributes
 * @param {...Node} children
 */
export function svg(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/**
 * A symbol of the sprite in index.html. Decoration only: the word stands beside it.
 *
 * @param {string} name
 */
export function icon(name) {
  return svg("svg", { class: "icon", "aria-hidden": "true" }, svg("use", { href: `#icon-${name}` }));
}

/**
 * A block from HTML that the server has rendered and cleaned (`Message.html`, `Version.html`, a preview), the only
 * markup taken from outside. Its links open beside the console, so that nobody loses their place by following one.
 *
 * @param {string} html
 */
export function cleaned(html) {
  const block = h("div", { class: "prose", dir: "auto" });
  block.innerHTML = html;
  for (const link of block.querySelectorAll("a")) {
    link.target = "_blank";
    link.rel = "noopener noreferrer";
  }
  return block;
}

/**
 * A link for an address that came as data; plain text unless it is http(s), so `javascript:` is never one.
 *
 * @param {string} url
 * @param {string} text
 */
export function link(url, text) {
  const target = URL.parse(url, location.href);
  if (!target || !/^https?:$/.test(target.protocol)) return h("span", {}, text);
  return h("a", { href: target.href, target: "_blank", rel: "noopener noreferrer" }, text);
}
