/** A small chart of a figure's course, and the same as a table. Drawn by hand: two lines at most need no library. */

import { h, svg } from "../dom.js";
import { written } from "./numbers.js";

/** @import {Period, Value} from "./types.js" */

const WIDTH = 320;
const HEIGHT = 96;
const LEFT = 42; // room for the scale
const BOTTOM = 16;
const TOP = 8;

/**
 * @param {Value[]} values those with a course, two at most
 * @param {string[]} steps when each step begins
 * @param {Period} period @param {string} currency
 */
export function chart(values, steps, period, currency) {
  const most = ceiling(values);
  const wide = (WIDTH - LEFT - 4) / steps.length;
  /** @param {number} step */
  const x = (step) => LEFT + wide * (step + 0.5);
  /** @param {number} value */
  const y = (value) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / most);
  const [first] = values;
  const kind = first?.kind ?? "count";
  const picture = svg(
    "svg",
    { class: "chart", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": `Course of: ${values.map(({ label }) => label).join("; ")}. The table below has the numbers.` },
    ...[0, most].map((level) => svg("line", { class: "rule", x1: LEFT, x2: WIDTH - 4, y1: y(level), y2: y(level) })),
    text(LEFT - 4, y(most) + 4, "end", written(kind, most, currency)),
    text(LEFT - 4, y(0), "end", written(kind, 0, currency)),
    text(LEFT, HEIGHT - 3, "start", named(steps[0] ?? "", period)),
    text(WIDTH - 4, HEIGHT - 3, "end", named(steps.at(-1) ?? "", period)),
  );
  values.forEach((value, place) => {
    const points = value.series.map((level, step) => (level === null ? null : { x: x(step), y: y(level) }));
    if (kind === "count") {
      for (const point of points) {
        if (point) picture.append(svg("rect", { class: "bar", x: point.x - wide * 0.35, y: point.y, width: wide * 0.7, height: Math.max(0, y(0) - point.y) }));
      }
      return;
    }
    // A step without anything to count is a break in the line, not a zero.
    const path = points.map((point, step) => (point ? `${points[step - 1] ? "L" : "M"}${point.x.toFixed(1)} ${point.y.toFixed(1)}` : "")).join("");
    picture.append(svg("path", { class: `line line-${place}`, d: path }));
    for (const point of points) if (point) picture.append(svg("circle", { class: `dot dot-${place}`, cx: point.x, cy: point.y, r: 2 }));
  });
  return picture;
}

/** Which line is which; nothing for one alone. @param {Value[]} values */
export function legend(values) {
  if (values.length < 2) return null;
  const keys = values.map(({ label }, place) =>
    h("li", {}, svg("svg", { class: "key", viewBox: "0 0 24 8", "aria-hidden": "true" }, svg("path", { class: `line line-${place}`, d: "M0 4L24 4" })), ` ${label}`),
  );
  return h("ul", { class: "legend" }, ...keys);
}

/** @param {Value[]} values @param {string[]} steps @param {Period} period @param {string} currency @param {string} caption */
export function table(values, steps, period, currency, caption) {
  const head = h("tr", {}, h("th", { scope: "col" }, period === "today" ? "From" : "Day"), ...values.map(({ label }) => h("th", { scope: "col" }, label)));
  const rows = steps.map((step, place) =>
    h("tr", {}, h("th", { scope: "row" }, named(step, period)), ...values.map(({ kind, series }) => h("td", {}, written(kind, series[place] ?? null, currency)))),
  );
  return h("table", {}, h("caption", { class: "unseen" }, caption), h("thead", {}, head), h("tbody", {}, ...rows));
}

/** The upper end of the scale: a round number that every value fits under. @param {Value[]} values */
function ceiling(values) {
  const top = Math.max(0, ...values.flatMap(({ series }) => series.map((value) => value ?? 0)));
  if (top === 0) return values[0]?.kind === "share" ? 1 : 4;
  const unit = 10 ** Math.floor(Math.log10(top));
  const round = [1, 2, 4, 5, 10].map((times) => times * unit).find((level) => level >= top) ?? top;
  return values[0]?.kind === "share" ? Math.min(1, round) : round;
}

/** @param {string} iso @param {Period} period */
function named(iso, period) {
  /** @type {Intl.DateTimeFormatOptions} */
  const options = period === "today" ? { hour: "2-digit", minute: "2-digit" } : { day: "numeric", month: "short" };
  return iso ? new Intl.DateTimeFormat("en-GB", options).format(new Date(iso)) : "";
}

/** @param {number} x @param {number} y @param {string} anchor @param {string} words */
function text(x, y, anchor, words) {
  return svg("text", { x, y, "text-anchor": anchor }, document.createTextNode(words));
}
