/** Start of the command centre: figures of a period, or a playbook, by the address. */

import { byId, cleaned, fill, h } from "../dom.js";
import { Problem, call, desk, session } from "../http.js";
import { startTheme } from "../theme.js";
import { refreshTimes } from "../words.js";
import { alertList, standingAlerts } from "./alerts.js";
import { card, lists } from "./figures.js";
import { PERIODS, periodOf } from "./numbers.js";

/** @import {Alert, Period, Report} from "./types.js" */
/** @import {Gap} from "../knowledge/types.js" */

/** Milliseconds between two looks, while somebody looks. */
const AGAIN_EVERY = 60_000;

/** @type {Gap[] | null} */
let gaps = null;

/** @param {string} words "" for none */
function say(words) {
  byId("notice").textContent = words;
}

/** @param {Promise<void>} work whose failure is told on the page */
async function telling(work) {
  try {
    await work;
    say("");
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    if (problem.status !== 401) say(`${problem.message} What you see may be old.`);
  }
  byId("main").setAttribute("aria-busy", "false");
}

async function show() {
  const asked = new URLSearchParams(location.search);
  const playbook = asked.get("playbook");
  if (playbook) return showPlaybook(playbook);
  const period = periodOf(asked.get("period"));
  const [report, alerts] = await Promise.all([call("GET", `/desk/centre?period=${period}`), standingAlerts()]);
  draw(report, alerts);
  byId("main").setAttribute("aria-busy", "false");
  if (gaps) return;
  gaps = (await call("GET", "/kb/gaps")).items;
  draw(report, alerts);
}

/** @param {Report} report @param {Alert[]} alerts */
function draw(report, alerts) {
  const main = byId("main");
  // Whoever works in the page with the keyboard is not thrown out of it; the next look finds them gone on.
  if (main.contains(document.activeElement) && main !== document.activeElement && main.childElementCount && report.period === main.dataset["period"]) return;
  const open = new Set([...main.querySelectorAll("details[open]")].map((one) => one.getAttribute("data-keep")));
  main.dataset["period"] = report.period;
  fill(
    main,
    h(
      "div",
      { class: "page-head" },
      h("h2", {}, "How it goes"),
      h("nav", { "aria-label": "Period" }, ...Object.entries(PERIODS).map(([name, { label }]) => h("a", { href: `?period=${name}`, "aria-current": name === report.period && "page" }, label))),
      h("a", { href: `/v1/desk/centre.csv?period=${report.period}`, download: true }, "Export as CSV"),
    ),
    h("section", { class: "figure", "aria-labelledby": "alerts-title", id: "alerts" }, h("h3", { id: "alerts-title" }, "Alerts"), alertList(alerts, report.currency, acknowledge)),
    h("div", { class: "figures" }, ...report.figures.map((figure) => card(figure, report))),
    lists(report, gaps),
  );
  for (const one of main.querySelectorAll("details")) one.open = open.has(one.getAttribute("data-keep"));
}

/** @param {Alert} alert @param {number} hours */
function acknowledge(alert, hours) {
  return telling(
    call("POST", `/desk/alerts/${alert.id}/acknowledge`, { hours }).then(() => {
      byId("main").focus();
      return show();
    }),
  );
}

/** @param {string} name */
async function showPlaybook(name) {
  const { html } = await call("GET", `/desk/playbooks/${encodeURIComponent(name)}`);
  const page = cleaned(html);
  document.title = `${page.querySelector("h1")?.textContent ?? "Playbook"} · Candor command centre`;
  fill(byId("main"), h("p", {}, h("a", { href: "/console/centre" }, "All figures")), h("article", { class: "playbook" }, page));
}

/** To the desk's sign-in, and from there back to this page. */
function signIn() {
  location.replace(`/console?${new URLSearchParams({ back: location.pathname + location.search })}`);
}

async function start() {
  session.ended = signIn;
  startTheme();
  byId("me").textContent = (await desk.me()).name;
  await show();
  setInterval(() => document.hidden || new URLSearchParams(location.search).has("playbook") || void telling(show()), AGAIN_EVERY);
  setInterval(refreshTimes, 15_000);
}

void telling(start());
