/** Start of the knowledge side of the console: who is signed in, and its pages by their addresses. */

import { byId } from "../dom.js";
import { Problem, desk, session } from "../http.js";
import { keepLease } from "../lease.js";
import { startTheme } from "../theme.js";
import { refreshTimes } from "../words.js";
import { articlePage } from "./article.js";
import { checkPage } from "./check.js";
import { editPage, newPage } from "./editor.js";
import { gapsPage } from "./gaps.js";
import { historyPage } from "./history.js";
import { importPage, importRunPage } from "./imports.js";
import { articlesPage } from "./list.js";
import { say, startNotice } from "./notice.js";
import { publicationsPage } from "./publications.js";
import { release, startRouter } from "./router.js";
import { tryPage } from "./try.js";
import { owner } from "./work.js";

/** To the desk's sign-in, and from there back to this page. What is typed is kept in this tab. */
function signIn() {
  release();
  location.replace(`/console?${new URLSearchParams({ back: location.pathname + location.hash })}`);
}

async function start() {
  session.ended = signIn;
  startTheme();
  startNotice();
  try {
    const me = await desk.me();
    owner.id = me.id;
    byId("me").textContent = me.name;
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    if (problem.status !== 401) say(`${problem.message} Load the page again.`, true);
    return;
  }
  byId("knowledge").hidden = false;
  keepLease(stayHere);
  startRouter([
    [/^articles$/, articlesPage],
    [/^articles\/([^/]+)$/, articlePage],
    [/^articles\/([^/]+)\/edit$/, editPage],
    [/^articles\/([^/]+)\/history$/, historyPage],
    [/^new$/, newPage],
    [/^publications$/, publicationsPage],
    [/^check$/, checkPage],
    [/^gaps$/, gapsPage],
    [/^import$/, importPage],
    [/^import\/([^/]+)$/, importRunPage],
    [/^search$/, tryPage],
  ]);
  setInterval(refreshTimes, 15_000);
}

/** Who reads and writes here keeps the conversations that they hold, and is offered no new ones. */
async function stayHere() {
  try {
    await desk.presence("away");
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
  }
}

void start();
