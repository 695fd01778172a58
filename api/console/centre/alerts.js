/** The alerts that stand: what has left its band, what to do about it, and who sees to it. */

import { h } from "../dom.js";
import { call } from "../http.js";
import { agoElement, clockTime } from "../words.js";
import { PERIODS, written } from "./numbers.js";

/** @import {Alert} from "./types.js" */

const QUIET_HOURS = [1, 4, 24];
const MICROS = 1_000_000;

/** @returns {Promise<Alert[]>} */
export async function standingAlerts() {
  return (await call("GET", "/desk/alerts")).items;
}

/**
 * @param {Alert[]} alerts @param {string} currency
 * @param {(alert: Alert, hours: number) => unknown} quiet called when somebody takes one in hand
 */
export function alertList(alerts, currency, quiet) {
  if (!alerts.length) return h("p", { class: "quiet" }, "Every figure is within its band.");
  return h("ul", { class: "alerts" }, ...alerts.map((alert) => item(alert, currency, quiet)));
}

/** @param {Alert} alert @param {string} currency @param {(alert: Alert, hours: number) => unknown} quiet */
function item(alert, currency, quiet) {
  const edge = alert.kind === "money" ? alert.ring * MICROS : alert.ring;
  const over = `${alert.label}, ${PERIODS[alert.period].label.toLowerCase()}: ${written(alert.kind, alert.value, currency)}. The band ends at ${written(alert.kind, edge, currency)}.`;
  return h(
    "li",
    { class: alert.quiet ? "alert in-hand" : "alert" },
    h("h3", {}, alert.title),
    h("p", {}, over, " ", agoElement(alert.began_at, "Since ", ".")),
    h(
      "div",
      { class: "alert-foot" },
      h("a", { href: `/console/centre?playbook=${encodeURIComponent(alert.playbook)}`, "aria-label": `What to do: ${alert.title}` }, "What to do"),
      alert.quiet && alert.acknowledged_until
        ? h("span", { class: "quiet" }, `${alert.acknowledged_by} sees to it until ${clockTime(alert.acknowledged_until)}`)
        : h(
            "span",
            { class: "quieten", role: "group", "aria-label": `I see to it: ${alert.title}` },
            "I see to it for",
            ...QUIET_HOURS.map((hours) => h("button", { type: "button", onclick: () => quiet(alert, hours) }, `${hours} h`)),
          ),
    ),
  );
}
