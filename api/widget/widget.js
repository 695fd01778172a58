/**
 * Candor's loader: a launcher button on the shop's page and, from the first opening on, the chat panel in an iframe.
 *
 *   <script async src="https://support.example/widget.js" data-candor></script>
 *
 * is all that a page needs. `widget.d.ts` describes the commands of `window.Candor`; docs/widget.md tells how to embed it, and
 * how to give commands before this file has loaded.
 *
 * The loader holds no session and sees no conversation. It lives in a shadow root and uses constructed style sheets
 * and DOM calls only, so that it works under a Content-Security-Policy without `unsafe-inline` and with Trusted Types.
 */
(() => {
  "use strict";

  const tag = document.currentScript ?? document.querySelector("script[data-candor]");
  const script = /** @type {HTMLScriptElement} */ (tag);
  const early = /** @type {any} */ (window).Candor;
  if (early?.loaded) return;

  const panelUrl = new URL("widget/panel", script.src);
  const MEMORY = "candor.panel"; // "open" or "closed" once the panel was used in this tab
  // Same condition as the media query of the style sheet: there the panel covers the page.
  const covering = window.matchMedia("(max-width: 480px), (max-height: 560px)");

  /** The launcher's words by language, the same languages as the panel's; {n} is a number. */
  const WORDS = {
    en: { open: "Open chat", close: "Close chat", chat: "Support chat", unread: "unread: {n}" },
    de: { open: "Chat öffnen", close: "Chat schließen", chat: "Support-Chat", unread: "ungelesen: {n}" },
    fr: { open: "Ouvrir le chat", close: "Fermer le chat", chat: "Chat d’assistance", unread: "non lus : {n}" },
    es: { open: "Abrir el chat", close: "Cerrar el chat", chat: "Chat de ayuda", unread: "sin leer: {n}" },
    it: { open: "Apri la chat", close: "Chiudi la chat", chat: "Chat di assistenza", unread: "non letti: {n}" },
    nl: { open: "Chat openen", close: "Chat sluiten", chat: "Hulpchat", unread: "ongelezen: {n}" },
    pt: { open: "Abrir o chat", close: "Fechar o chat", chat: "Chat de apoio", unread: "por ler: {n}" },
    pl: { open: "Otwórz czat", close: "Zamknij czat", chat: "Czat pomocy", unread: "nieprzeczytane: {n}" },
    ar: { open: "فتح المحادثة", close: "إغلاق المحادثة", chat: "محادثة الدعم", unread: "غير مقروءة: {n}" },
  };
  const RIGHT_TO_LEFT = ["ar"];

  const STYLE = `
    :host { all: initial; } * { box-sizing: border-box; }
    .launcher, .panel { position: fixed; z-index: 2147483000; inset-inline-end: 20px; }
    .launcher {
      inset-block-end: 20px; inline-size: 60px; block-size: 60px; padding: 0; border: 0; border-radius: 50%;
      display: grid; place-items: center; cursor: pointer; color: #fff; background: #1d5661;
      box-shadow: 0 2px 6px rgb(10 30 35 / .25), 0 10px 28px rgb(10 30 35 / .22); }
    .launcher:hover { background: #17464f; }
    .launcher:focus-visible { outline: 3px solid #fff; box-shadow: 0 0 0 6px #1d5661; }
    .launcher svg { inline-size: 28px; block-size: 28px; fill: none; stroke: currentColor; stroke-width: 1.8;
      stroke-linecap: round; stroke-linejoin: round; }
    .badge {
      position: absolute; inset-block-start: -4px; inset-inline-end: -4px; min-inline-size: 24px; block-size: 24px;
      padding: 0 6px; border-radius: 12px; border: 2px solid #fff; background: #a3243b; color: #fff;
      font: 700 13px/20px system-ui, sans-serif; text-align: center; }
    .panel {
      inset-block-end: 94px; inline-size: 400px; block-size: min(640px, calc(100dvh - 114px)); border: 0;
      border-radius: 18px; background: transparent; outline: 1px solid rgb(110 130 135 / .35); outline-offset: -1px; visibility: hidden; opacity: 0; transform: translateY(10px);
      box-shadow: 0 4px 12px rgb(10 30 35 / .14), 0 18px 56px rgb(10 30 35 / .26); }
    .panel.open { visibility: visible; opacity: 1; transform: none; }
    @media (prefers-reduced-motion: no-preference) {
      .panel { transition: opacity .16s ease-out, transform .16s ease-out, visibility .16s; } }
    @media (max-width: 480px), (max-height: 560px) {
      .panel { inset: 0; inline-size: 100vw; block-size: 100vh; block-size: 100dvh; border-radius: 0; outline: none; transform: none; }
      .panel.open ~ .launcher { display: none; } }
    @media print { .launcher, .panel { display: none; } }
    [hidden] { display: none !important; }
  `;

  /** @type {import("./widget.d.ts").CandorOptions} */
  const options = {};
  /** @type {Map<string, Set<(detail: unknown) => void>>} */
  const listeners = new Map();
  /** @type {HTMLIFrameElement | null} */
  let panel = null;
  /** @type {{host: HTMLElement, button: HTMLButtonElement, badge: HTMLSpanElement, root: ShadowRoot} | null} */
  let launcher = null;
  /** Wishes for a panel that has not said `ready` yet; null from then on. @type {object[] | null} */
  let waiting = [];
  let opened = false;
  let hidden = false;
  let focusPanel = false;
  let unread = 0;

  /** @param {string} tag @param {Record<string, string>} attributes @param {...Element} children */
  const svg = (tag, attributes, ...children) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };

  /** @param {string} tag of BCP 47 @returns {keyof typeof WORDS | undefined} the language of ours that it names */
  function ours(tag) {
    const language = tag.toLowerCase().split("-")[0];
    return Object.hasOwn(WORDS, language) ? /** @type {keyof typeof WORDS} */ (language) : undefined;
  }

  /** What the shop has set, else the first language of the browser that we speak, else the page's. */
  function locale() {
    const wishes = [options.locale ?? "", ...navigator.languages, document.documentElement.lang, "en"];
    return /** @type {string} */ (wishes.find(ours));
  }

  const words = () => WORDS[ours(locale()) ?? "en"];

  /** @param {string} [value] what this tab last did with the panel; null where storage is blocked */
  function memory(value) {
    try {
      if (value) sessionStorage.setItem(MEMORY, value);
      return sessionStorage.getItem(MEMORY);
    } catch {
      return null; // Storage blocked by the browser: the panel just starts closed on the next page.
    }
  }

  /** @param {string} name @param {unknown} [detail] */
  function emit(name, detail) {
    for (const listener of listeners.get(name) ?? []) {
      try {
        listener(detail);
      } catch (error) {
        console.error("Candor: a listener failed", error); // The shop's error must not break the chat.
      }
    }
  }

  function drawLauncher() {
    const host = document.createElement("div");
    host.dataset.candorLauncher = "";
    const root = host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
    const button = document.createElement("button");
    button.type = "button";
    button.className = "launcher";
    const badge = document.createElement("span");
    badge.className = "badge";
    badge.setAttribute("aria-hidden", "true"); // The count is part of the button's name.
    button.append(svg("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, svg("path", {})), badge);
    button.addEventListener("click", () => commands.toggle());
    root.addEventListener("keydown", (event) => {
      if (/** @type {KeyboardEvent} */ (event).key === "Escape" && opened) commands.close();
    });
    root.append(button);
    document.body.append(host);
    launcher = { host, button, badge, root };
  }

  function refreshLauncher() {
    if (!launcher) return;
    const { host, button, badge } = launcher;
    host.dir = RIGHT_TO_LEFT.includes(ours(locale()) ?? "en") ? "rtl" : "ltr"; // The launcher stands at the end of a line.
    const bubble =
      "M12 4c4.7 0 8.5 3.2 8.5 7.2s-3.8 7.2-8.5 7.2c-.9 0-1.8-.1-2.6-.3L5 20.5l.6-3.7c-1.3-1.3-2.1-3.3-2.1-5.6C3.5 7.2 7.3 4 12 4zM8.5 10h7M8.5 13h4.5";
    button.querySelector("path")?.setAttribute("d", opened ? "M6 9.5l6 6 6-6" : bubble);
    const name = opened ? words().close : words().open;
    button.setAttribute("aria-label", unread && !opened ? `${name}, ${words().unread.replace("{n}", String(unread))}` : name);
    button.setAttribute("aria-expanded", String(opened));
    button.hidden = hidden;
    badge.textContent = unread > 9 ? "9+" : String(unread);
    badge.hidden = opened || unread === 0;
    if (panel) panel.title = words().chat;
  }

  function createPanel() {
    if (!launcher) commands.boot();
    if (panel || !launcher) return;
    panel = document.createElement("iframe");
    panel.className = "panel";
    panel.src = panelUrl.href;
    panel.allow = "";
    covering.addEventListener("change", ({ matches }) => tell("covering", { covering: matches }));
    launcher.root.prepend(panel); // Before the launcher: the tab order follows, and `.panel.open ~ .launcher` works.
    window.addEventListener("message", receive);
    refreshLauncher();
  }

  /** @param {string} type @param {object} [detail] */
  function tell(type, detail = {}) {
    const message = { candor: 1, type, ...detail };
    if (!waiting) panel?.contentWindow?.postMessage(message, panelUrl.origin);
    else if (type === "talk-to-human" || type === "logout") waiting.push(message); // The rest stands in `init`.
  }

  /** @param {MessageEvent} event */
  async function receive(event) {
    if (event.origin !== panelUrl.origin || event.source !== panel?.contentWindow || event.data?.candor !== 1) return;
    const { type, ...detail } = event.data;
    if (type === "ready") {
      const queued = waiting ?? [];
      waiting = null;
      const { colorScheme = "auto", page = null } = options;
      const { matches } = covering;
      tell("init", { locale: locale(), colorScheme, page, covering: matches, visible: opened, focus: focusPanel });
      queued.forEach((message) => panel?.contentWindow?.postMessage(message, panelUrl.origin));
      emit("ready");
    } else if (type === "identity") {
      tell("identity", { id: detail.id, token: await identityToken() });
    } else if (type === "close") {
      commands.close();
    } else if (type === "unread") {
      unread = detail.count;
      refreshLauncher();
      emit("unread", { count: unread });
    } else if (type === "event") {
      emit(detail.name, detail.detail);
    }
  }

  /** @returns {Promise<string | null>} */
  async function identityToken() {
    try {
      const token = await options.identity?.();
      return typeof token === "string" && token ? token : null;
    } catch (error) {
      console.error("Candor: the identity callback failed", error); // The chat goes on for a visitor.
      return null;
    }
  }

  /** @param {boolean} focus whether the keyboard goes along */
  function open(focus) {
    createPanel();
    opened = true;
    focusPanel = focus;
    memory("open");
    panel?.classList.add("open");
    refreshLauncher();
    if (focus) panel?.focus();
    tell("visibility", { visible: true, focus });
    emit("open");
  }

  /** Every command of the public interface. */
  const commands = {
    /** @param {typeof options} [given] */
    boot(given = {}) {
      Object.assign(options, given);
      if (launcher) return commands.update(given);
      drawLauncher();
      const before = memory();
      // A panel used on the page before goes on: open where it leaves the page visible, else for its unread badge.
      if (before === "open" && !covering.matches) open(false);
      else if (before) createPanel();
      refreshLauncher();
    },
    /** @param {typeof options} [given] */
    update(given = {}) {
      Object.assign(options, given);
      if (given.locale) commands.setLocale(given.locale);
      if (given.colorScheme) commands.setColorScheme(given.colorScheme);
      if (given.page !== undefined && panel) tell("page", { page: given.page });
      if (given.identity) commands.identify();
      refreshLauncher();
    },
    open: () => open(true),
    close() {
      if (!opened) return;
      opened = false;
      memory("closed");
      panel?.classList.remove("open");
      refreshLauncher();
      tell("visibility", { visible: false });
      launcher?.button.focus();
      emit("close");
    },
    toggle: () => (opened ? commands.close() : commands.open()),
    show() {
      hidden = false;
      refreshLauncher();
    },
    hide() {
      commands.close();
      hidden = true;
      refreshLauncher();
    },
    /** Somebody signed in on the shop's page. @param {{identity?: () => unknown}} [given] */
    identify(given = {}) {
      Object.assign(options, given);
      if (panel) tell("identify");
    },
    logout() {
      options.identity = undefined;
      createPanel(); // It alone can forget what it keeps on the shop's support origin.
      tell("logout");
    },
    /** @param {string} value a BCP 47 tag */
    setLocale(value) {
      options.locale = value;
      refreshLauncher();
      if (panel) tell("locale", { locale: value });
    },
    /** @param {string} value light, dark or auto */
    setColorScheme(value) {
      options.colorScheme = value;
      if (panel) tell("scheme", { colorScheme: value });
    },
    talkToHuman() {
      open(true);
      tell("talk-to-human");
    },
    /** @param {string} name ready, open, close, unread, message, floor, handoff @param {(detail: unknown) => void} listener */
    on(name, listener) {
      listeners.set(name, (listeners.get(name) ?? new Set()).add(listener));
    },
  };

  /** @param {string} name @param {...any} args */
  function Candor(name, ...args) {
    if (!Object.hasOwn(commands, name)) return console.warn(`Candor: there is no command "${name}"`);
    const run = () => /** @type {any} */ (commands)[name](...args);
    return document.body ? run() : document.addEventListener("DOMContentLoaded", run);
  }
  Candor.loaded = true;
  Object.assign(window, { Candor });
  for (const call of early?.q ?? []) Candor(.../** @type {[string]} */ (Array.from(call)));

  const bootAlone = () => void (launcher ?? commands.boot());
  if (!script.hasAttribute("data-candor")) return;
  if (document.readyState === "complete") bootAlone();
  else window.addEventListener("load", bootAlone);
})();
