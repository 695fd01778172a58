/** A copy of one's own conversation as a text file, made here from what the API gave. */

import { moment, say } from "./words.js";

/**
 * @typedef {import("./types.js").Message} Message
 * @typedef {import("./types.js").Thread} Thread
 */

/** @param {Message} message @param {string} disclosure the disclosure in the language that is spoken */
function entry({ author, kind, created_at, text, citations, proposal, attachments }, disclosure) {
  const by = { customer: say("you"), ai: say("ai"), system: say("notice"), human: say("holder", { name: author.name ?? "" }) };
  const lines = [`[${moment(created_at)}] ${by[author.kind]}:`, kind === "disclosure" ? disclosure : text];
  for (const { name } of attachments) lines.push(`  📎 ${name}`);
  if (proposal) {
    const terms = proposal.lines.map(({ label, value }) => `  ${label}: ${value}`);
    lines.push(`— ${proposal.title}`, ...terms, ...(proposal.status === "open" ? [] : [`  ${say(proposal.status)}`]));
  }
  for (const { number, title, heading, url } of citations) {
    const address = new URL(url, window.location.href).href;
    lines.push(`  [${number}] ${[title, heading].filter(Boolean).join(" · ")} ${address}`);
  }
  return lines.join("\n");
}

/** @param {Thread} thread @param {string} shop @param {string} disclosure @returns {string} */
export function transcript(thread, shop, disclosure) {
  const title = say("transcript", { case: thread.case_number, shop });
  return [title, ...thread.messages.map((message) => entry(message, disclosure))].join("\n\n") + "\n";
}

/** @param {string} name @param {string} text */
export function download(name, text) {
  // With a byte-order mark, or an old editor reads letters beyond ASCII wrongly.
  const address = URL.createObjectURL(new Blob(["\ufeff", text], { type: "text/plain;charset=utf-8" }));
  const link = Object.assign(document.createElement("a"), { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000); // the browser may still be reading
}
