/** Which page is shown. The address after `#/` alone decides, so that reload, back and a shared link work. */

import { byId, fill, h } from "../dom.js";
import { Problem } from "../http.js";
import { turnedPage } from "./notice.js";

/** @import {Page} from "./types.js" */
/** @typedef {(parts: string[], query: URLSearchParams) => Page | Promise<Page>} Maker */

const FIRST = "articles";
const LEAVE = "You have typed something that is not saved. Leave it? This tab keeps it until you come back.";

/** @type {[RegExp, Maker][]} */
let routes = [];
/** @type {Page | null} */
let page = null;
let shown = "";
/** Counts drawings, so that a slow answer does not draw over a later page. */
let turn = 0;

/** @param {[RegExp, Maker][]} table the pages by their address, without `#/` and query */
export function startRouter(table) {
  routes = table;
  window.addEventListener("hashchange", follow);
  window.addEventListener("beforeunload", (event) => unsaved() && event.preventDefault());
  void draw(false);
}

/** Whether leaving the page would lose something that was typed. */
export function unsaved() {
  return Boolean(page?.unsaved?.());
}

/** Let the page be left without a question, because what was typed is kept. */
export function release() {
  page = null;
}

/** @param {string} address without `#/` */
export function go(address) {
  if (address === shown) return void draw(true);
  location.hash = `/${address}`;
}

/** Show the same page again, as the server has it now. */
export function refresh() {
  return draw(false);
}

/** Name the page that is shown otherwise, without a step in the history. @param {string} address without `#/` */
export function rename(address) {
  shown = address;
  history.replaceState(null, "", `#/${address}`);
}

/**
 * The address of an article or of what lies below it.
 *
 * @param {{slug: string, locale: string}} article
 * @param {"" | "/edit" | "/history"} [below]
 */
export function addressOf({ slug, locale }, below = "") {
  return `articles/${encodeURIComponent(slug)}${below}${locale === "en" ? "" : `?locale=${encodeURIComponent(locale)}`}`;
}

function address() {
  return location.hash.replace(/^#\/?/, "") || FIRST;
}

function follow() {
  if (address() === shown) return;
  // A new step in the history puts the address back; the step that was refused stays reachable.
  if (unsaved() && !confirm(LEAVE)) return history.pushState(null, "", `#/${shown}`);
  void draw(true);
}

/** @param {boolean} moved whether the person came from another page, and so must hear where they are now */
async function draw(moved) {
  const mine = ++turn;
  shown = address();
  const late = setTimeout(() => mine === turn && byId("main").setAttribute("aria-busy", "true"), 150);
  const next = await made(shown);
  clearTimeout(late);
  if (mine !== turn) return next.gone?.();
  page?.gone?.();
  page = next;
  document.title = `${next.title} · Candor knowledge`;
  fill(byId("main"), ...next.content);
  byId("main").removeAttribute("aria-busy");
  for (const link of document.querySelectorAll("#sections a")) {
    const here = shown.replace(/^new/, "articles").startsWith((link.getAttribute("href") ?? "").slice(2));
    if (here) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (moved) {
    window.scrollTo(0, 0);
    turnedPage();
  }
  // What was pressed is gone when its page is drawn again: whoever uses the keyboard would start from the top.
  const lost = mine > 1 && document.activeElement === document.body;
  if (!moved && !lost) return;
  const heading = byId("main").querySelector("h2");
  heading?.setAttribute("tabindex", "-1");
  heading?.focus({ preventScroll: !moved });
}

/** @param {string} wanted @returns {Promise<Page>} */
async function made(wanted) {
  const [path = "", query = ""] = wanted.split("?");
  try {
    for (const [pattern, make] of routes) {
      const match = pattern.exec(path);
      if (match) return await make(match.slice(1).map(decodeURIComponent), new URLSearchParams(query));
    }
    return failed("There is no page at this address.", false);
  } catch (problem) {
    if (problem instanceof URIError) return failed("There is no page at this address.", false);
    if (!(problem instanceof Problem)) throw problem;
    return failed(problem.message, problem.status !== 404);
  }
}

/** @param {string} why @param {boolean} again whether trying again may help @returns {Page} */
function failed(why, again) {
  return {
    title: "Not loaded",
    content: [
      h("h2", {}, "This could not be shown"),
      h("p", {}, why),
      h(
        "p",
        { class: "choices start" },
        again && h("button", { type: "button", onclick: refresh }, "Try again"),
        h("a", { href: "#/articles" }, "All articles"),
      ),
    ],
  };
}
