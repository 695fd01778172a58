/** What a check found, by kind; places that speak against each other stand side by side. */

import { h } from "../dom.js";
import { addressOf } from "./router.js";
import { readerMarks } from "./marks.js";

/** @import {Finding, FindingKind, Place} from "./types.js" */

/** @type {[FindingKind, string, string][]} */
const KINDS = [
  ["contradiction", "Contradictions", "Two passages say different things. A customer may be told either."],
  ["duplicate", "Said twice", "One will be forgotten when the other is changed."],
  ["unreadable", "Cannot be read well", ""],
  ["dead_link", "Dead links", ""],
  ["past_review", "Past review", "Read them again and set a new day."],
  ["orphan", "Not linked from anywhere", ""],
];

/** @param {Finding[]} findings @param {"h3" | "h4"} heading the level that fits where they stand */
export function findingsBox(findings, heading = "h3") {
  const known = new Set(KINDS.map(([kind]) => String(kind)));
  const others = findings.filter(({ kind }) => !known.has(kind));
  return [
    ...KINDS.flatMap(([kind, name, about]) => group(name, about, findings.filter((one) => one.kind === kind), heading)),
    ...group("Others", "", others, heading),
  ];
}

/** @param {string} name @param {string} about @param {Finding[]} found @param {"h3" | "h4"} heading */
function group(name, about, found, heading) {
  if (!found.length) return [];
  return [
    h(
      "section",
      { class: "findings" },
      h(heading, {}, `${name} (${found.length})`),
      about && h("p", { class: "quiet" }, about),
      h("ul", {}, ...found.map(({ why, places }) => h("li", { class: "finding" }, h("p", { dir: "auto" }, why), sides(places)))),
    ),
  ];
}

/** @param {Place[]} places */
function sides(places) {
  return h(
    "div",
    { class: "sides" },
    ...places.map((place) =>
      h(
        "div",
        { class: "side" },
        h(
          "p",
          { class: "side-head" },
          h("a", { href: `#/${addressOf({ slug: place.article, locale: place.locale }, "/edit")}` }, place.title),
          place.heading && ` › ${place.heading}`,
          ...readerMarks({ locale: place.locale, audience: "public" }),
        ),
        place.text && h("blockquote", { dir: "auto" }, place.text),
      ),
    ),
  );
}
