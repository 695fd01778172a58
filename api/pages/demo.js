/** Boots the chat on the demo shop's pages; the shop itself says who is signed in. */
const shop = /** @type {any} */ (window);
shop.Candor ||= function () {
  (shop.Candor.q ||= []).push(arguments);
};

shop.Candor("boot", {
  identity: async () => {
    const response = await fetch("/demo/identity");
    return response.ok ? (await response.json()).token : null;
  },
});

// Which page the customer looks at: the chat offers to ask about its product.
const product = /** @type {HTMLElement | null} */ (document.querySelector("[data-product]"))?.dataset.product;
shop.Candor("update", { page: { title: document.title, url: location.origin + location.pathname, product } });
document.getElementById("ask")?.addEventListener("click", () => shop.Candor("open"));

// What was done in the chat shows on the page at once.
shop.Candor("on", "message", async (/** @type {{kind: string}} */ { kind }) => {
  const orders = document.querySelector("section[aria-labelledby=orders]");
  if (kind !== "receipt" || !orders) return;
  const page = await fetch(location.pathname);
  const fresh = new DOMParser().parseFromString(await page.text(), "text/html");
  orders.replaceWith(fresh.querySelector("section[aria-labelledby=orders]") ?? orders);
});
