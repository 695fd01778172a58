/** Start of the QA page: runs, labelling, agreement or experiments, by the address. */

import { byId, fill, h } from "../dom.js";
import { Problem, desk, session } from "../http.js";
import { startTheme } from "../theme.js";
import { agreementPage } from "./agreement.js";
import { experimentsPage } from "./experiments.js";
import { labelPage } from "./labels.js";
import { runsPage } from "./runs.js";

/** @type {Record<string, {label: string, page: () => Promise<HTMLElement>}>} */
const VIEWS = {
  runs: { label: "Runs", page: runsPage },
  labels: { label: "Label answers", page: () => labelPage((work) => void telling(work)) },
  agreement: { label: "Agreement", page: agreementPage },
  experiments: { label: "Experiments", page: () => experimentsPage((work) => void telling(work)) },
};

/** @param {string} words "" for none */
function say(words) {
  byId("notice").textContent = words;
}

/** @param {Promise<unknown>} work whose failure is told on the page */
async function telling(work) {
  try {
    await work;
    say("");
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    if (problem.status !== 401) say(problem.message);
  }
  byId("main").setAttribute("aria-busy", "false");
}

async function show() {
  const asked = new URLSearchParams(location.search).get("view") ?? "runs";
  const name = asked in VIEWS ? asked : "runs";
  const nav = h("nav", { "aria-label": "QA" }, ...Object.entries(VIEWS).map(([view, { label }]) => h("a", { href: `?view=${view}`, "aria-current": view === name && "page" }, label)));
  fill(byId("main"), h("div", { class: "page-head" }, nav));
  byId("main").append((await VIEWS[name]?.page()) ?? "");
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
}

void telling(start());
