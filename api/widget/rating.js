/** The card that asks once whether it is solved, and then, if they like, for two marks and a word. */

import { element, label } from "./dom.js";

/**
 * @typedef {import("./types.js").Rating} Rating
 * @typedef {import("./words.js").Word} Word
 */

const MARKS = [1, 2, 3, 4, 5];
const LONGEST = 2000; // characters of the word

/**
 * @param {{rate: (rating: Rating) => Promise<void>, talk: () => void}} parts
 * @param {() => void} answered what they said stays on the screen; it is no longer a question
 * @param {() => void} skipped they do not want to be asked
 */
export function ratingCard(parts, answered, skipped) {
  const title = label(element("h2", { id: "rating-title" }), "askSolved");
  const card = element("section", { class: "rating", "aria-labelledby": title.id, tabindex: "-1" }, title);
  const problem = element("p", { class: "problem", role: "alert" });
  const yes = button("yes", "secondary", () => solved(true));
  const no = button("notYet", "secondary", () => solved(false));
  const first = element("div", { class: "buttons" }, yes, no, button("skip", "plain", () => (skipped(), answered(), card.remove())));
  card.append(first, problem);

  /** @param {Rating} rating @param {() => void} next */
  async function send(rating, next) {
    const buttons = card.querySelectorAll("button");
    problem.textContent = "";
    for (const one of buttons) one.disabled = true;
    try {
      await parts.rate(rating);
      next();
    } catch {
      label(problem, "unsettled"); // Sent again it is the same rating: another try is harmless.
    } finally {
      for (const one of buttons) one.disabled = false;
    }
  }

  /** @param {boolean} isSolved */
  function solved(isSolved) {
    return send({ solved: isSolved }, () => {
      answered();
      first.remove();
      const heard = label(element("p", { role: "status", tabindex: "-1" }), isSolved ? "rated" : "sorry");
      title.after(heard);
      if (!isSolved) heard.after(element("div", { class: "buttons" }, button("talk", "secondary", parts.talk)));
      more(isSolved, heard);
      heard.focus();
      card.scrollIntoView({ block: "start" });
    });
  }

  /** @param {boolean} isSolved @param {HTMLElement} heard what was said to it */
  function more(isSolved, heard) {
    const comment = element("textarea", { rows: "2", maxlength: String(LONGEST), dir: "auto", id: "rating-comment" });
    const name = label(element("label", { for: comment.id }), "comment");
    const form = element("form", {}, scale("satisfaction"), scale("effort"), name, comment, label(element("button", { type: "submit", class: "secondary" }), "send"));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const given = new FormData(form);
      /** @type {Rating} */
      const rating = { solved: isSolved };
      if (given.has("satisfaction")) rating.satisfaction = Number(given.get("satisfaction"));
      if (given.has("effort")) rating.effort = Number(given.get("effort"));
      if (comment.value.trim()) rating.comment = comment.value;
      void send(rating, () => {
        const thanks = label(element("p", { role: "status", tabindex: "-1" }), "rated");
        form.replaceWith(thanks);
        if (isSolved) heard.remove(); // it said the same
        thanks.focus();
      });
    });
    problem.before(form);
  }

  return card;
}

/** @param {Word} word @param {string} look @param {() => unknown} act */
function button(word, look, act) {
  const made = label(element("button", { type: "button", class: look }), word);
  made.addEventListener("click", act);
  return made;
}

/** Five marks; none is chosen before the customer does. @param {"satisfaction" | "effort"} name */
function scale(name) {
  const marks = MARKS.map((mark) =>
    element("label", {}, element("input", { type: "radio", name, value: String(mark) }), element("span", {}, String(mark))),
  );
  const ends = label(element("small"), name === "effort" ? "effortScale" : "satisfactionScale");
  return element("fieldset", {}, element("legend", {}, label(element("span"), name), " ", ends), element("div", { class: "marks" }, ...marks));
}
