/** Start of the console: sign-in, what is on screen, and the drawing of it all. */

import { drawAids, startAids } from "./aids.js";
import { acting, drawActions, startActions } from "./actions.js";
import { drawActivity, startActivity } from "./activity.js";
import { read } from "./address.js";
import { startAlerts } from "./alerts.js";
import { startApprovals } from "./approvals.js";
import { drawBriefing } from "./briefing.js";
import { drawComposer, forgetDrafts, startComposer, unsent, words, write } from "./composer.js";
import { byId } from "./dom.js";
import { Problem, degraded, desk, session } from "./http.js";
import { find, keepAddress, startFilters, takeAddress } from "./filters.js";
import { startKeys } from "./keys.js";
import { drawList, startList } from "./list.js";
import { startMacros } from "./macros.js";
import { drawMentions, forgetMentions, startMentions } from "./mentions.js";
import { drawShift, renew, startShift } from "./shift.js";
import { changed, forget, inView, state, tabs, watch } from "./store.js";
import { hangUp, heard, listen, reloadDetail } from "./stream.js";
import { forgetLost, tellLost } from "./takeover.js";
import { startTheme } from "./theme.js";
import { drawTranscript, startTranscript } from "./transcript.js";
import { refreshTimes } from "./words.js";

/** @import {Conversation, Me} from "./types.js" */

const LINKS = { connecting: "Connecting…", live: "Live", retrying: "Connection lost. Trying again…" };
/** Where a page that needs a sign-in sends back to. Nothing but that page is gone to. */
const BACK = /^\/console\/(knowledge|centre|qa)([?#]|$)/;
/** Milliseconds between two looks at what the service does without. */
const HEALTH_EVERY = 15_000;
let loading = "";

function draw() {
  const waiting = inView("waiting").length;
  const title = `${waiting ? `(${waiting}) ` : ""}Candor desk`;
  if (document.title !== title) document.title = title;
  byId("link").dataset["link"] = state.link;
  if (byId("link").textContent !== LINKS[state.link]) byId("link").textContent = LINKS[state.link];
  byId("conversation").dataset["open"] = String(Boolean(state.detail));
  byId("nothing").hidden = Boolean(state.detail);
  byId("nothing").textContent = loading || "Choose a conversation.";
  drawDegraded();
  drawShift();
  drawList();
  drawActions();
  drawComposer(); // before the transcript, whose height it settles
  drawTranscript();
  drawBriefing();
  drawMentions();
  drawActivity();
}

function drawDegraded() {
  const words = state.degraded.join(" ");
  byId("degraded").hidden = !words;
  if (byId("degraded").textContent !== words) byId("degraded").textContent = words;
}

async function askWhatIsDegraded() {
  try {
    state.degraded = await degraded();
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    return; // that the server cannot be reached stands beside it already
  }
  changed();
}

/** @param {string} id */
async function open(id) {
  state.unread.delete(id);
  if (state.openId !== id) {
    state.openId = id;
    state.detail = null;
  }
  if (read(location.hash, []).id !== id) history.pushState(null, "", location.href);
  keepAddress();
  loading = "Loading…";
  changed();
  try {
    await reloadDetail();
    loading = "";
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    loading = problem.status === 404 ? "There is no such conversation." : `Could not be loaded. ${problem.message}`;
  }
  changed();
}

function openFromAddress() {
  takeAddress(location.hash);
  const { id } = read(location.hash, tabs());
  if (id && id !== state.openId) void open(id);
}

/** Somebody else has what this person had: say who, and what they gave as the reason. @param {Conversation} c */
async function onLost(c) {
  if (acting()) return; // passed on by this person
  const detail = await desk.conversation(c.id).catch((problem) => {
    if (!(problem instanceof Problem)) throw problem;
    return null;
  });
  const last = detail?.messages.at(-1);
  const why = last?.kind === "note" && last.author.name !== state.me?.name ? last.text : "";
  tellLost(c, why, () => void open(c.id));
}

/** @param {string} [why] */
function showSignIn(why = "") {
  hangUp();
  for (const dialog of document.querySelectorAll("dialog")) dialog.close();
  document.title = "Sign in · Candor desk";
  byId("desk").hidden = true;
  byId("sign-in").hidden = false;
  byId("sign-in-error").textContent = why;
  byId("email").focus();
}

/** @param {Me} me */
function showDesk(me) {
  const back = new URLSearchParams(location.search).get("back");
  if (back && BACK.test(back)) return location.replace(back);
  if (state.me && state.me.id !== me.id) {
    forget();
    forgetDrafts();
    forgetMentions();
    forgetLost();
    history.replaceState(null, "", location.pathname);
  }
  state.me = me;
  state.link = "connecting";
  byId("sign-in").hidden = true;
  byId("desk").hidden = false;
  byId("me").textContent = me.name;
  listen();
  void renew();
  void askWhatIsDegraded();
  startAlerts();
  openFromAddress();
  changed();
}

/** @param {SubmitEvent} event */
async function onSignIn(event) {
  event.preventDefault();
  const form = /** @type {HTMLFormElement} */ (event.currentTarget);
  const { email, password } = /** @type {Record<string, string>} */ (Object.fromEntries(new FormData(form)));
  const error = byId("sign-in-error");
  const button = /** @type {HTMLButtonElement} */ (byId("sign-in-button"));
  error.textContent = "";
  button.disabled = true;
  try {
    const me = await desk.signIn(email ?? "", password ?? "");
    form.reset();
    showDesk(me);
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    error.textContent = problem.status === 401 ? "That e-mail and password do not belong together." : problem.message;
    /** @type {HTMLInputElement} */ (byId("password")).select();
  } finally {
    button.disabled = false;
  }
}

async function onSignOut() {
  if (unsent() && !confirm("You have typed something that is not sent. Sign out and lose it?")) return;
  try {
    await desk.signOut();
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    if (problem.status !== 401) return alert(`You are still signed in. ${problem.message}`);
  }
  forget();
  forgetDrafts();
  forgetMentions();
  forgetLost();
  history.replaceState(null, "", location.pathname);
  changed();
  showSignIn();
}

function start() {
  session.ended = () => showSignIn(state.me ? "Your session has ended. Sign in again; what you typed is kept." : "");
  heard.announce = (text) => (byId("announcer").textContent = text);
  heard.reloaded = () => void find();
  heard.lost = (conversation) => void onLost(conversation);
  startList((id) => void open(id));
  startShift(async (id) => {
    await open(id);
    if (state.detail?.id === id) write("reply"); // as after a claim
  });
  startFilters();
  startActivity();
  startTranscript();
  startComposer();
  startAids();
  startMacros();
  startMentions((id) => void open(id));
  words.changed = drawAids;
  startActions(() => write("reply"));
  startApprovals();
  startKeys(open);
  startTheme();
  byId("sign-in-form").addEventListener("submit", (event) => void onSignIn(event));
  byId("sign-out").addEventListener("click", () => void onSignOut());
  byId("toggle-side").addEventListener("click", () => {
    const shown = byId("desk").classList.toggle("side-shown");
    byId("toggle-side").setAttribute("aria-expanded", String(shown));
  });
  window.addEventListener("popstate", openFromAddress);
  window.addEventListener("beforeunload", (event) => unsent() && event.preventDefault());
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && state.openId && state.unread.delete(state.openId)) changed();
  });
  // 15 s keeps "4 min" right to a quarter of a minute; drawing again lets proposals lapse.
  setInterval(() => (refreshTimes(), changed()), 15_000);
  setInterval(() => state.me && void askWhatIsDegraded(), HEALTH_EVERY);
  watch(draw);
  desk.me().then(showDesk, (problem) => {
    if (!(problem instanceof Problem)) throw problem;
    if (problem.status !== 401) showSignIn(problem.message);
  });
}

start();
