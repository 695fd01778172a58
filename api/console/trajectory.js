/** How the customer felt, message by message: a small line, and in words what moved it. */

import { h, svg } from "./dom.js";
import { showMessage } from "./transcript.js";
import { plain } from "./words.js";

/** @import {Detail, Point, Trajectory} from "./types.js" */

const WIDTH = 280;
const HEIGHT = 64;
const EDGE = 6; // room for a point's radius
const CROWDED = 16; // points; more are drawn smaller

/** Whether the list is unfolded: it stays so when the conversation moves on. */
let unfolded = false;

/** @param {Detail} detail */
export function trajectory({ trajectory }) {
  const { points } = trajectory;
  const last = points.at(-1);
  if (!last) return [];
  const caption = h("p", { class: "quiet moved", "aria-hidden": "true" }, inWords(last));
  const list = h("ol", {}, ...points.map((point) => h("li", {}, listed(point))));
  const box = h(
    "div",
    { class: "trajectory" },
    drawing(trajectory),
    h("p", { class: "quiet scale", "aria-hidden": "true" }, h("span", {}, "first message"), h("span", {}, "latest")),
    caption,
    elsewhere(last),
    h("details", { open: unfolded, ontoggle: (event) => (unfolded = /** @type {HTMLDetailsElement} */ (event.currentTarget).open) }, h("summary", { "data-key": "steps" }, "What moved it"), list, thresholds(trajectory)),
  );
  // One point is pointed out at a time: in the drawing under the mouse, in the list under the keyboard.
  const point = (/** @type {Event} */ event) => pointOut(box, caption, points, event.target);
  box.addEventListener("mouseover", point);
  box.addEventListener("focusin", point);
  return [h("h2", {}, "How the customer felt"), box];
}

/** @param {Element} box @param {Element} caption @param {Point[]} points @param {EventTarget | null} target */
function pointOut(box, caption, points, target) {
  const id = target instanceof Element ? target.closest("[data-point]")?.getAttribute("data-point") : null;
  const point = points.find((one) => one.message_id === id);
  if (!point) return;
  caption.textContent = inWords(point);
  for (const dot of box.querySelectorAll("circle")) dot.classList.toggle("pointed", dot.dataset["point"] === id);
}

/** @param {Trajectory} trajectory */
function drawing({ points, ring_at, rest_below }) {
  const x = (/** @type {number} */ place) => EDGE + (place * (WIDTH - 2 * EDGE)) / Math.max(points.length - 1, 1);
  const y = (/** @type {number} */ level) => HEIGHT - EDGE - level * (HEIGHT - 2 * EDGE);
  const across = (/** @type {string} */ kind, /** @type {number} */ level) =>
    svg("line", { class: kind, x1: 0, x2: WIDTH, y1: y(level), y2: y(level) });
  const dots = points.map((point, place) => {
    const dot = svg("circle", {
      class: point.upset ? "upset" : "calm",
      cx: x(place),
      cy: y(point.level),
      r: points.length > CROWDED ? 2.5 : 4,
      "data-point": point.message_id,
    });
    dot.addEventListener("click", () => showMessage(point.message_id));
    return dot;
  });
  const lines = (/** @type {"level" | "customer_level"} */ of) =>
    stretches(points, of === "level").map((places) =>
      svg("polyline", { class: of, points: places.map((place) => `${x(place)},${y(points[place]?.[of] ?? 0)}`).join(" ") }),
    );
  return svg(
    "svg",
    { class: "course", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": summary(points) },
    across("ring", ring_at),
    across("rest", rest_below),
    ...(differs(points) ? lines("customer_level") : []),
    ...lines("level"),
    ...dots,
  );
}

/** Places of the points that hang together: a hand-back begins another line. @param {Point[]} points @param {boolean} broken */
function stretches(points, broken) {
  /** @type {number[][]} */
  const found = [[]];
  points.forEach((point, place) => {
    if (broken && point.starts_anew) found.push([]);
    found.at(-1)?.push(place);
  });
  return found;
}

/** Whether the customer's own trajectory is another than the conversation's. @param {Point[]} points */
function differs(points) {
  return points.some((point) => Math.abs(point.customer_level - point.level) > 0.01);
}

/** @param {Point} point */
function listed(point) {
  const { message_id: id } = point;
  return h(
    "button",
    { type: "button", class: "step", "data-key": `step:${id}`, "data-point": id, onclick: () => showMessage(id) },
    inWords(point),
  );
}

/** "#4 frustration: up 18 to 42 of 100, upset". @param {Point} point */
function inWords({ seq, emotion, level, moved, upset, starts_anew: anew }) {
  const by = percent(Math.abs(moved));
  const way = by === 0 ? "stays at" : `${moved > 0 ? "up" : "down"} ${by} to`;
  return `#${seq} ${plain(emotion)}: ${way} ${percent(level)} of 100${upset ? ", upset" : ""}${anew ? "; begins anew after a person" : ""}`;
}

/** @param {Point} last */
function elsewhere(last) {
  if (Math.abs(last.customer_level - last.level) <= 0.01) return null;
  const upset = last.customer_upset ? ", upset" : "";
  return h("p", { class: "quiet" }, `Over all conversations (broken line): ${percent(last.customer_level)} of 100${upset}`);
}

/** @param {Trajectory} trajectory */
function thresholds({ ring_at, rest_below }) {
  return h("p", { class: "quiet" }, `A customer counts as upset from ${percent(ring_at)} (red line) until below ${percent(rest_below)}.`);
}

/** @param {Point[]} points */
function summary(points) {
  const peak = points.reduce((highest, point) => (point.level > highest.level ? point : highest));
  const now = points[points.length - 1] ?? peak;
  const state = now.upset ? "upset" : "not upset";
  return (
    `How upset the customer was over ${points.length === 1 ? "1 message" : `${points.length} messages`}, from 0 to 100: ` +
    `now ${percent(now.level)}, ${state}; at most ${percent(peak.level)} at message ${peak.seq}. Each step is listed below.`
  );
}

/** @param {number} level */
function percent(level) {
  return Math.round(100 * level);
}
