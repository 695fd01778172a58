/** The playground: a form for each command of the widget, and a list of what the widget tells the page. */

const page = /** @type {any} */ (window);
// The queue of docs/widget.md: commands given here wait until widget.js has loaded.
page.Candor ||= function () {
  (page.Candor.q ||= []).push(arguments);
};

/** What the demo shop's own backend says of who is signed in there; null: a visitor, or no demo shop. */
async function identity() {
  const response = await fetch("/demo/identity");
  return response.ok ? (await response.json()).token : null;
}

const LANGUAGES = ["en", "de", "fr", "es", "it", "nl", "pt", "pl", "ar"];
const EVENTS = ["ready", "open", "close", "unread", "message", "floor", "handoff"];

/**
 * Command, what can be chosen for it, and how that becomes its argument.
 *
 * @type {[string, string[] | string | null, (value: string) => unknown[]][]}
 */
const COMMANDS = [
  ["boot", null, () => [{ identity }]],
  ["update", "Corrib waterproof jacket", (product) => [{ page: { title: document.title, url: location.href, product } }]],
  ["open", null, () => []],
  ["close", null, () => []],
  ["toggle", null, () => []],
  ["show", null, () => []],
  ["hide", null, () => []],
  ["identify", null, () => [{ identity }]],
  ["logout", null, () => []],
  ["setLocale", LANGUAGES, (locale) => [locale]],
  ["setColorScheme", ["auto", "light", "dark"], (scheme) => [scheme]],
  ["talkToHuman", null, () => []],
  ["on", EVENTS, (name) => [name, (/** @type {unknown} */ detail) => show(`${name} (once more)`, detail)]],
];

/** @param {string} name @param {unknown} detail */
function show(name, detail) {
  const line = document.createElement("li");
  line.textContent = detail === undefined ? name : `${name} ${JSON.stringify(detail)}`;
  document.getElementById("log")?.prepend(line);
  document.getElementById("none")?.remove();
}

/** @param {unknown} value as it would stand in a script, functions by their names */
function asCode(value) {
  if (typeof value === "function") return "listener";
  return (JSON.stringify(value, (_, part) => (part === identity ? "identity" : part)) ?? "").replace('"identity":"identity"', "identity");
}

for (const [name, given, argument] of COMMANDS) {
  const form = document.createElement("form");
  const button = document.createElement("button");
  button.textContent = name;
  const field = document.createElement(Array.isArray(given) ? "select" : "input");
  field.setAttribute("aria-label", `What for ${name}`);
  if (Array.isArray(given)) field.append(...given.map((choice) => new Option(choice)));
  else field.value = given ?? "";
  const code = document.createElement("code");
  const draw = () => {
    const parts = [JSON.stringify(name), ...argument(field.value).map(asCode)];
    code.textContent = `Candor(${parts.join(", ")})`;
  };
  field.addEventListener("input", draw);
  draw();
  form.append(button, ...(given ? [field] : []), code);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    page.Candor(name, ...argument(field.value));
  });
  const item = document.createElement("li");
  item.append(form);
  document.getElementById("list")?.append(item);
}
for (const name of EVENTS) page.Candor("on", name, (/** @type {unknown} */ detail) => show(name, detail));
