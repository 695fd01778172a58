/** The customer's file beside the conversation: orders from the shop, and earlier conversations. The case never waits for it. */

import { fill, h, link } from "./dom.js";
import { Problem, desk } from "./http.js";
import { drawNow, state } from "./store.js";
import { agoElement, day, plain } from "./words.js";

/** @import {CustomerFile, Detail, Earlier, Order} from "./types.js" */

/** How sure it is who they are (docs/identity.md). */
const LEVELS = {
  visitor: "A visitor who is not signed in at the shop: no account data.",
  hash: "Identity: the shop's hash, which never runs out. Ask before you speak of the account.",
  email: "Identity: a code sent to the e-mail address that the shop has.",
  shop: "Identity: signed in at the shop.",
};

const ordersBox = h("section", { id: "orders", tabindex: -1, "aria-labelledby": "orders-title" });
const earlierBox = h("section", { id: "earlier", "aria-labelledby": "earlier-title" });
/** What the file was fetched for: a conversation, with as many receipts. */
let fetched = "";

/** The two parts of the side, kept over redraws. @param {Detail} detail */
export function customerFile(detail) {
  const wanted = `${detail.id}:${detail.messages.filter((m) => m.kind === "receipt").length}`;
  if (wanted !== fetched) {
    if (!fetched.startsWith(detail.id)) fill(ordersBox, title("orders", "Orders"), quiet("Asking the shop…"));
    if (!fetched.startsWith(detail.id)) fill(earlierBox, title("earlier", "Earlier conversations"), quiet("Loading…"));
    fetched = wanted;
    void load(detail.id, wanted);
  }
  return [ordersBox, earlierBox];
}

/** Go to the orders. */
export function toOrders() {
  drawNow(); // it may have been loaded just now
  ordersBox.scrollIntoView({ block: "start" });
  ordersBox.focus({ preventScroll: true });
}

/** @param {string} id @param {string} wanted */
async function load(id, wanted) {
  /** @type {CustomerFile | Problem} */
  const answer = await desk.customer(id).catch((problem) => {
    if (!(problem instanceof Problem)) throw problem;
    return problem;
  });
  if (wanted !== fetched) return; // another conversation is on screen
  const again = () => {
    const focused = ordersBox.contains(document.activeElement);
    fill(ordersBox, title("orders", "Orders"), quiet("Asking the shop…"));
    if (focused) ordersBox.focus();
    void load(id, wanted);
  };
  if (answer instanceof Problem) {
    fill(ordersBox, title("orders", "Orders"), unanswered(`Could not be loaded. ${answer.message}`, again));
    fill(earlierBox, title("earlier", "Earlier conversations"), quiet("Not loaded."));
    return;
  }
  fill(ordersBox, title("orders", "Orders"), ...orders(answer, again));
  fill(earlierBox, title("earlier", "Earlier conversations"), ...earlier(answer.earlier));
}

/** @param {string} id @param {string} words */
const title = (id, words) => h("h2", { id: `${id}-title` }, words);
/** @param {string} words */
const quiet = (words) => h("p", { class: "quiet" }, words);

/** @param {string} words @param {() => void} again */
function unanswered(words, again) {
  return h("p", { class: "unanswered" }, words, " ", h("button", { type: "button", onclick: again }, "Ask again"));
}

/** @param {CustomerFile} file @param {() => void} again */
function orders(file, again) {
  const level = quiet(LEVELS[file.level]);
  if (!file.known) return [level];
  if (!file.orders) return [level, unanswered("The shop did not answer.", again)];
  if (!file.orders.length) return [level, quiet("No order.")];
  const said = (state.detail?.messages ?? []).map((m) => m.text).join("\n");
  return [level, ...file.orders.map((order) => orderElement(order, said.includes(order.number)))];
}

/** @param {Order} order @param {boolean} open whether it is spoken of, and so stands open */
function orderElement(order, open) {
  const { tracking } = order;
  return h(
    "details",
    { class: "order", open },
    h(
      "summary",
      {},
      h("span", { class: "order-number" }, order.number),
      h("span", { class: `order-status ${order.status}` }, tracking?.lost ? "lost" : order.status),
      h("span", { class: "order-total" }, order.total),
    ),
    h(
      "ul",
      { class: "items" },
      ...order.items.map((item) =>
        h(
          "li",
          { dir: "auto" },
          `${item.quantity} × ${item.name}`,
          item.variant && h("span", { class: "quiet" }, ` ${item.variant}`),
          h("span", { class: "quiet" }, ` ${item.price}${item.returned ? ` · ${item.returned} returned` : ""}`),
        ),
      ),
    ),
    h(
      "dl",
      { class: "facts" },
      ...pairs(order).flatMap(([label, value]) => [h("dt", {}, label), h("dd", { dir: "auto" }, value)]),
    ),
  );
}

/** @param {Order} order @returns {[string, Node | string][]} */
function pairs(order) {
  const { tracking } = order;
  return [
    ["Placed", day(order.placed_at)],
    ...(order.delivered_at ? [/** @type {[string, string]} */ (["Delivered", day(order.delivered_at)])] : []),
    ["Paid", `${order.total} with ${order.paid_with}, shipping ${order.shipping}`],
    ...(tracking
      ? [/** @type {[string, Node]} */ (["Parcel", h("span", {}, `${tracking.carrier} `, link(tracking.url, tracking.code), tracking.lost && " – lost")])]
      : []),
    ...order.refunds.map((refund) => /** @type {[string, string]} */ (["Refund", `${refund.amount} to ${refund.to}, ${day(refund.at)}`])),
  ];
}

/** @param {Earlier[]} all */
function earlier(all) {
  if (!all.length) return [quiet("None.")];
  return [
    h(
      "ul",
      { class: "earlier" },
      ...all.map((one) =>
        h(
          "li",
          {},
          h(
            "button",
            { type: "button", class: "earlier-one", "data-key": `earlier:${one.id}`, onclick: () => void import("./earlier.js").then((earlier) => earlier.showEarlier(one)) },
            h("span", { class: "earlier-about", dir: "auto" }, one.about || "Nothing was written."),
            h("span", { class: "quiet" }, `${one.case_number} · ${plain(one.ended)} · `, agoElement(one.created_at, "", " ago")),
          ),
        ),
      ),
    ),
  ];
}
