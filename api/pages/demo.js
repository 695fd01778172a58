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
