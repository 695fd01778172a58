/**
 * The commands of Candor's chat on a shop's page. `window.Candor` is the only global that `widget.js` makes.
 *
 * Get it from your own support server and put it beside your sources, or reference it:
 *
 *     /// <reference path="./widget.d.ts" />
 *
 * Commands may be given before `widget.js` has loaded, by the queue that docs/widget.md shows. They run in their order.
 */

/** The page that the customer looks at. All of it is text; none of it is markup. */
export interface CandorPage {
  /** Shown to people of the team, as the customer reads it. */
  title?: string;
  /** Its address. Leave out what is nobody's business, such as a token in the query. */
  url?: string;
  /** The name of the product that the page is about: the customer can then ask about it with one press. */
  product?: string;
}

export interface CandorOptions {
  /**
   * Called whenever a session begins or has run out, never stored: answers a short-lived JWT that your backend has signed
   * for whoever is signed in, or null for a visitor. A callback that throws, or takes over 10 seconds, means a visitor.
   */
  identity?: () => string | null | Promise<string | null>;
  /** A BCP 47 tag such as "de" or "pt-BR". Without it: the browser's language, else that of your page, else English. */
  locale?: string;
  /** "auto", the default, follows the customer's system. */
  colorScheme?: "light" | "dark" | "auto";
  /** null: no page in particular. */
  page?: CandorPage | null;
}

/** Who wrote a message, and what sort it is. Its words stay in the panel. */
export interface CandorMessage {
  author: "customer" | "ai" | "human" | "system";
  kind: "disclosure" | "text" | "receipt" | "handoff" | "claim" | "handback" | "resolved" | "reopened";
}

export interface CandorEvents {
  /** The panel has loaded; this happens at the first opening, not with the page. */
  ready: undefined;
  open: undefined;
  close: undefined;
  /** Messages that came while the panel was closed; 0 once they are read. */
  unread: { count: number };
  message: CandorMessage;
  /** Who may answer: the AI, nobody yet (waiting for a person), or a person. */
  floor: { floor: "ai" | "queue" | "human" };
  /** The customer has asked for a person with the button, or your page has, and it got through. */
  handoff: Record<string, never>;
}

export interface CandorCommands {
  /** Shows the launcher. A script tag with `data-candor` does so by itself when the page has loaded. A second call is `update`. */
  (command: "boot", options?: CandorOptions): void;
  /** Changes what it names and leaves the rest. Call it with `page` at each change of view of a single-page shop. */
  (command: "update", options: CandorOptions): void;
  /** Opens the panel and moves the keyboard into it. */
  (command: "open"): void;
  /** Closes the panel; the keyboard goes to the launcher. */
  (command: "close"): void;
  (command: "toggle"): void;
  /** Shows the launcher again after `hide`. */
  (command: "show"): void;
  /** Closes the panel and hides the launcher; `open` still works, for a button of your own. */
  (command: "hide"): void;
  /** Somebody has signed in (or another person): asks the `identity` callback anew. */
  (command: "identify", options?: Pick<CandorOptions, "identity">): void;
  /** Forgets who was signed in and everything that the browser kept of them. */
  (command: "logout"): void;
  (command: "setLocale", locale: string): void;
  (command: "setColorScheme", scheme: "light" | "dark" | "auto"): void;
  /** Opens the panel and asks for a person, as the button does. */
  (command: "talkToHuman"): void;
  <Name extends keyof CandorEvents>(command: "on", name: Name, listener: (detail: CandorEvents[Name]) => void): void;
  /** Commands given before `widget.js` has loaded. */
  q?: IArguments[];
  /** Set by `widget.js`; a second copy of it then does nothing. */
  loaded?: true;
}

declare global {
  interface Window {
    Candor: CandorCommands;
  }
}
