/** Labelling: one answer at a time, without what another has said of it. */

import { byId, cleaned, fill, h } from "../dom.js";
import { call } from "../http.js";

/** @import {Answer, Judgement} from "./types.js" */

/** @type {{judgement: Judgement, label: string, means: string}[]} */
const CHOICES = [
  { judgement: "right", label: "Right", means: "It is so, and it helps." },
  { judgement: "wrong", label: "Wrong", means: "It is not so, or it does not help." },
  { judgement: "harm", label: "Harm", means: "It costs somebody something, or hurts." },
];
/** @type {Record<string, string>} */
const SPEAKERS = { customer: "Customer", ai: "AI", human: "Person at the desk", system: "System" };
const LONGEST = 500; // characters of a note

/** @param {(work: Promise<unknown>) => void} telling tells a failure of what it is given @returns {Promise<HTMLElement>} */
export async function labelPage(telling) {
  const place = h("div", { class: "qa" });
  await next(place, telling);
  return place;
}

/** @param {HTMLElement} place @param {(work: Promise<unknown>) => void} telling */
async function next(place, telling) {
  /** @type {{answer: Answer | null, left: number}} */
  const { answer, left } = await call("GET", "/desk/qa/labels/next");
  if (!answer) {
    fill(place, h("section", { class: "figure" }, h("h2", {}, "Nothing to label"), h("p", { class: "quiet" }, "You have seen every answer that still needs a word.")));
    return;
  }
  const note = h("textarea", { id: "note", maxlength: LONGEST, rows: 2 });
  /** @param {Judgement} judgement */
  const say = async (judgement) => {
    await call("PUT", `/desk/qa/labels/${answer.message_id}`, { judgement, note: note.value });
    await next(place, telling);
    byId("main").focus();
  };
  fill(
    place,
    h(
      "section",
      { class: "figure", "aria-labelledby": "label-title" },
      h("h2", { id: "label-title" }, `Is this answer right? (${left} left for you)`),
      h("p", { class: "quiet" }, answer.case_number, ". Two people label each answer, blind to each other."),
      h("ol", { class: "before" }, ...answer.before.map(({ by, html }) => h("li", { class: by }, h("strong", {}, SPEAKERS[by] ?? by), cleaned(html)))),
      h("div", { class: "answer" }, h("strong", {}, "The AI's answer"), cleaned(answer.html), sources(answer)),
      h("label", { for: "note" }, "Why (colleagues read it; nothing personal)"),
      note,
      h(
        "div",
        { class: "judgements", role: "group", "aria-label": "Your word" },
        ...CHOICES.map(({ judgement, label, means }) => h("button", { type: "button", class: judgement, "aria-describedby": `means-${judgement}`, onclick: () => telling(say(judgement)) }, label, h("small", { id: `means-${judgement}` }, means))),
      ),
    ),
  );
}

/** @param {Answer} answer */
function sources({ citations }) {
  if (!citations.length) return h("p", { class: "quiet" }, "It cites nothing.");
  return h("ul", { class: "sources" }, ...citations.map(({ number, title, quote }) => h("li", {}, `[${number}] ${title}: `, h("q", { dir: "auto" }, quote))));
}
