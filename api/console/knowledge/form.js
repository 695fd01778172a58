/** The fields of an article, each with its label and its place for what is wrong with it. */

import { fill, h } from "../dom.js";
import { AUDIENCES, fieldName } from "./marks.js";

/** @import {Fields} from "./types.js" */
/** @typedef {HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement} Control */

/**
 * @param {Fields} given
 * @param {{slug: string, fresh: boolean}} name `fresh`: a new article, whose slug and language can still be chosen
 * @param {() => void} changed called whenever something was typed
 */
export function articleForm(given, { slug, fresh }, changed) {
  const title = h("input", { maxlength: 200, required: true, autocomplete: "off", dir: "auto" });
  const body = h("textarea", { rows: 20, required: true, dir: "auto", spellcheck: "true", lang: given.locale });
  const short = h("input", { autocomplete: "off", spellcheck: "false", pattern: "[a-z0-9]+(-[a-z0-9]+)*" });
  const locale = h("input", { autocomplete: "off", spellcheck: "false", size: 8 });
  const audience = h("select", {}, ...Object.entries(AUDIENCES).map(([value, name]) => h("option", { value }, name)));
  const tags = h("input", { autocomplete: "off" });
  const owner = h("input", { autocomplete: "off" });
  const days = { review_by: day(), valid_from: day(), valid_until: day() };
  const questions = questionFields(changed);
  /** @type {Record<string, Control>} */
  const controls = { title, body, slug: short, locale, audience, tags, owner, ...days };
  const problems = Object.fromEntries(
    [...Object.keys(controls), "questions"].map((name) => [name, h("p", { class: "error", id: `problem-${name}` })]),
  );
  for (const [name, control] of Object.entries(controls)) {
    control.id = `field-${name}`;
    control.setAttribute("aria-describedby", `hint-${name} problem-${name}`);
    control.addEventListener("input", () => {
      clear(name);
      changed();
    });
  }

  /** @param {string} name @param {string} [hint] @param {string} [label] */
  function field(name, hint, label = fieldName(name)) {
    return h(
      "div",
      { class: `field ${name}` },
      h("label", { for: `field-${name}` }, label),
      controls[name],
      hint && h("p", { class: "quiet", id: `hint-${name}` }, hint),
      problems[name],
    );
  }

  /** @param {string} name */
  function clear(name) {
    problems[name]?.replaceChildren();
    controls[name]?.removeAttribute("aria-invalid");
  }

  /** @param {Fields} fields */
  function fillIn(fields) {
    title.value = fields.title;
    body.value = fields.body;
    locale.value = fields.locale;
    audience.value = fields.audience;
    tags.value = fields.tags.join(", ");
    owner.value = fields.owner ?? "";
    days.review_by.value = fields.review_by ?? "";
    days.valid_from.value = fields.valid_from ?? "";
    days.valid_until.value = fields.valid_until ?? "";
    questions.fillIn(fields.questions);
  }

  short.value = slug;
  fillIn(given);
  if (fresh) suggestSlugs(title, short, changed);
  return {
    title: field("title"),
    body,
    text: field("body", undefined, "Text (Markdown)"),
    details: h(
      "div",
      { class: "fields" },
      fresh && field("slug", "Lower-case words joined by hyphens. It stays, because links and answers name it."),
      fresh && field("locale", "A language tag, such as en, de or pt-BR."),
      field("audience"),
      field("tags", "Divided by commas. The first one is the group in the help centre."),
      field("owner", "Who is asked when it must be reviewed."),
      field("review_by"),
      field("valid_from", "Nobody is answered from it before that day."),
      field("valid_until", "Nor after that day."),
    ),
    questions: h("div", { class: "field" }, questions.element, problems["questions"]),
    setHeadings: questions.setHeadings,
    fillIn,
    slug: () => short.value.trim(),
    /** @returns {Fields} */
    read: () => ({
      title: title.value.trim(),
      body: body.value,
      locale: locale.value.trim(),
      audience: /** @type {Fields["audience"]} */ (audience.value),
      tags: tags.value.split(",").map((tag) => tag.trim()).filter(Boolean),
      owner: owner.value.trim() || null,
      review_by: days.review_by.value || null,
      valid_from: days.valid_from.value || null,
      valid_until: days.valid_until.value || null,
      questions: questions.read(),
    }),
    /**
     * Tell at each field what is wrong with it, and move to the first.
     *
     * @param {{field: string, problem: string}[]} errors
     * @returns {string[]} what belongs to no field on the page
     */
    showProblems(errors) {
      Object.keys(problems).forEach(clear);
      /** @type {string[]} */
      const elsewhere = [];
      for (const error of errors) {
        const name = error.field.replace(/^article\./, "").split(".")[0] ?? "";
        const place = problems[name];
        if (!place?.isConnected) elsewhere.push(`${fieldName(name)}: ${error.problem}`);
        else fill(place, `${fieldName(name)} ${error.problem}`);
        controls[name]?.setAttribute("aria-invalid", "true");
      }
      const first = Object.values(controls).find((control) => control.ariaInvalid === "true" && control.isConnected);
      (first ?? (problems["questions"]?.textContent ? questions.element.querySelector("textarea") : null))?.focus();
      Object.values(problems).find((place) => place.textContent)?.scrollIntoView({ block: "nearest" });
      return elsewhere;
    },
  };
}

function day() {
  return h("input", { type: "date" });
}

/**
 * The slug follows the title until somebody writes it by hand.
 *
 * @param {HTMLInputElement} title
 * @param {HTMLInputElement} slug
 * @param {() => void} changed
 */
function suggestSlugs(title, slug, changed) {
  let own = Boolean(slug.value);
  slug.addEventListener("input", () => (own = Boolean(slug.value)));
  title.addEventListener("input", () => {
    if (own) return;
    slug.value = slugOf(title.value);
    changed();
  });
}

/** @param {string} title */
function slugOf(title) {
  const plain = title.replaceAll("ß", "ss").normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  return plain.replace(/['’]/g, "").replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "").slice(0, 80);
}

/**
 * What customers typically ask, one text field for each heading of the text.
 *
 * @param {() => void} changed
 */
function questionFields(changed) {
  /** By heading. One whose heading is gone stays as long as something stands in it. @type {Map<string, HTMLTextAreaElement>} */
  const boxes = new Map();
  /** @type {string[]} */
  let headings = [];
  const rows = h("div", { class: "question-fields" });
  const count = h("span", { class: "quiet" });
  const element = h(
    "details",
    {},
    h("summary", {}, "Typical questions ", count),
    h("p", { class: "quiet" }, "What customers ask, in their words, one to a line. They help to find the part under that heading and are never shown."),
    rows,
  );

  /** @param {string} heading */
  function boxOf(heading) {
    let box = boxes.get(heading);
    if (!box) {
      box = h("textarea", { rows: 2, id: `questions-${boxes.size}`, dir: "auto", oninput: () => (draw(), changed()) });
      boxes.set(heading, box);
    }
    return box;
  }

  function draw() {
    const wanted = ["", ...headings];
    const left = [...boxes].filter(([heading, box]) => box.value.trim() && !wanted.includes(heading)).map(([heading]) => heading);
    const names = [...wanted, ...left];
    const asked = names.reduce((sum, heading) => sum + linesOf(boxOf(heading)).length, 0);
    fill(count, `(${asked})`);
    if (names.every((heading, index) => rows.children[index]?.contains(boxOf(heading))) && rows.children.length === names.length) return;
    fill(rows, ...names.map((heading) => row(heading, boxOf(heading), left.includes(heading))));
  }

  return {
    element,
    /** @param {string[]} found */
    setHeadings(found) {
      headings = [...new Set(found)].filter(Boolean);
      draw();
    },
    /** @param {Fields["questions"]} questions */
    fillIn(questions) {
      for (const box of boxes.values()) box.value = "";
      for (const [heading, asked] of Object.entries(questions)) boxOf(heading).value = asked.join("\n");
      draw();
    },
    read() {
      const filled = [...boxes].map(([heading, box]) => /** @type {const} */ ([heading, linesOf(box)])).filter(([, asked]) => asked.length);
      return Object.fromEntries(filled);
    },
  };
}

/** @param {string} heading @param {HTMLTextAreaElement} box @param {boolean} gone */
function row(heading, box, gone) {
  return h(
    "div",
    {},
    h("label", { for: box.id }, heading || "Before the first heading"),
    gone && h("p", { class: "error" }, "The text has no such heading any more. Move these to another one, or empty the field."),
    box,
  );
}

/** @param {HTMLTextAreaElement} box */
function linesOf(box) {
  return box.value.split("\n").map((line) => line.trim()).filter(Boolean);
}
