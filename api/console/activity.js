/**
 * Who else is at a conversation: looking at it, or writing in it. A sign holds for some seconds and is renewed by the browser
 * that gives it; here the signs of others are kept until they lapse, and our own are given.
 */

import { byId, fill, h } from "./dom.js";
import { Problem, desk } from "./http.js";
import { changed, state } from "./store.js";
import { customerName } from "./words.js";

/** @import {Doing, Sign} from "./types.js" */

/** Milliseconds between two of our signs; the server lets one hold for 10 s. */
const RENEW = 4000;
/** This window, among those of the same person. */
const WINDOW = Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, "0")).join("");
const WORDS = { viewing: "is looking", replying: "is writing a reply", noting: "is writing a note", left: "" };

/** Signs by conversation, then by who gives them. @type {Map<string, Map<string, Sign & {until: number}>>} */
const signs = new Map();
/** What was typed last, where and when. @type {{id: string, doing: Doing, at: number}} */
let typed = { id: "", doing: "viewing", at: 0 };
/** What was told last. */
let told = { id: "", doing: "left" };
let drawn = "";

export function startActivity() {
  setInterval(() => void tell(true), RENEW);
  document.addEventListener("visibilitychange", () => void tell(false));
}

/** A sign came. @param {Sign} sign */
export function heardSign(sign) {
  if (sign.window === WINDOW) return;
  const here = signs.get(sign.conversation_id) ?? new Map();
  signs.set(sign.conversation_id, here);
  const key = `${sign.who.kind}:${sign.who.id}:${sign.window}`;
  if (sign.seconds) here.set(key, { ...sign, until: Date.now() + sign.seconds * 1000 });
  else here.delete(key);
  if (sign.seconds) setTimeout(changed, sign.seconds * 1000 + 50);
  changed();
}

/** Whoever else is at a conversation now. @param {string} id */
function others(id) {
  return [...(signs.get(id)?.values() ?? [])].filter((sign) => sign.until > Date.now());
}

/** Names of colleagues who are at a conversation now. @param {string} id */
export function colleaguesAt(id) {
  return [...new Set(others(id).filter((s) => s.who.kind === "human" && s.who.id !== state.me?.id).map((s) => s.who.name ?? ""))];
}

/** Why a reply should wait: somebody else is writing one here. Nothing if nobody is. @param {string} id */
export function collision(id) {
  const writer = others(id).find((sign) => sign.who.kind === "human" && sign.doing === "replying");
  if (!writer) return "";
  const who = writer.who.id === state.me?.id ? "You are writing a reply here in another window" : `${writer.who.name} is writing a reply here`;
  return `Not sent yet. ${who} at this moment. Send again to send yours all the same.`;
}

/** Something was typed in the open conversation. @param {"reply" | "note"} mode */
export function typing(mode) {
  typed = { id: state.openId ?? "", doing: mode === "note" ? "noting" : "replying", at: Date.now() };
  void tell(false);
}

/** What was typed is sent, or given up. */
export function stoppedTyping() {
  typed.at = 0;
  void tell(false);
}

/** Show who is there, and tell the others where we are when that has changed. */
export function drawActivity() {
  void tell(false);
  const c = state.detail;
  const words = c ? others(c.id).map((sign) => inWords(sign, customerName(c))) : [];
  const collides = Boolean(c && collision(c.id));
  const next = JSON.stringify([words, collides]);
  if (next === drawn) return;
  drawn = next;
  byId("company").classList.toggle("collides", collides);
  fill(byId("company"), ...words.map((each) => h("span", {}, each)));
}

/** @param {Sign} sign @param {string} customer */
function inWords(sign, customer) {
  if (sign.who.kind === "customer") return `${customer} is typing…`;
  return sign.who.id === state.me?.id ? `You, in another window: ${WORDS[sign.doing].replace("is ", "")}` : `${sign.who.name} ${WORDS[sign.doing]}`;
}

/** @param {boolean} again although nothing has changed, so that the sign goes on holding */
async function tell(again) {
  const before = told;
  const id = state.me && !document.hidden ? (state.detail?.id ?? "") : "";
  const doing = id && typed.id === id && Date.now() - typed.at < RENEW ? typed.doing : id ? "viewing" : "left";
  if (!again && before.id === id && before.doing === doing) return;
  told = { id, doing };
  try {
    if (before.id && before.id !== id && state.me) await desk.activity(before.id, "left", WINDOW);
    if (id) await desk.activity(id, /** @type {Doing} */ (doing), WINDOW);
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem; // a sign that is lost is given again in a moment
  }
}
