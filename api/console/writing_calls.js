/** Calls for what helps a person to write (docs/architecture.md). */

import { call } from "./http.js";

/** @import {Hint, Macro, MentionList, Message, Passage, Suggestion} from "./types.js" */

/** @param {string} id @param {string} below */
const at = (id, below) => `/desk/conversations/${encodeURIComponent(id)}${below}`;

export const writing = {
  /** @param {string} id @returns {Promise<Suggestion>} */
  suggestion: (id) => call("POST", at(id, "/suggestions")),
  /** @param {string} id @param {string} question @returns {Promise<{items: Passage[]}>} */
  passages: (id, question) => call("GET", at(id, `/passages?q=${encodeURIComponent(question)}`)),
  /** Filled in for the conversation. @param {string} id @returns {Promise<{items: {id: string, name: string, text: string, empty: string[]}[]}>} */
  macrosFor: (id) => call("GET", at(id, "/macros")),
  /** @returns {Promise<{items: Macro[], placeholders: Record<string, string>}>} */
  macros: () => call("GET", "/desk/macros"),
  /** @param {{name: string, text: string, shared: boolean}} macro @returns {Promise<Macro>} */
  makeMacro: (macro) => call("POST", "/desk/macros", macro),
  /** @param {string} id @param {{name: string, text: string, shared: boolean, version: number}} macro @returns {Promise<Macro>} */
  changeMacro: (id, macro) => call("PUT", `/desk/macros/${encodeURIComponent(id)}`, macro),
  /** @param {string} id @returns {Promise<null>} */
  deleteMacro: (id) => call("DELETE", `/desk/macros/${encodeURIComponent(id)}`),
  /** @param {string} conversation_id @param {string} text @returns {Promise<{hints: Hint[]}>} */
  tone: (conversation_id, text) => call("POST", "/desk/tone", { conversation_id, text }),
  /** @param {string} id @param {string} client_id @param {string} text @returns {Promise<Message>} */
  whisper: (id, client_id, text) => call("POST", at(id, "/whispers"), { client_id, text }),
  /** @returns {Promise<MentionList>} */
  mentions: () => call("GET", "/desk/mentions"),
  /** @param {string} id @returns {Promise<null>} */
  seeMentions: (id) => call("POST", at(id, "/mentions/seen")),
};
