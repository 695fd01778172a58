/** Light, dark, or as the machine is set: one choice for every page of the console. */

import { byId } from "./dom.js";

const THEMES = ["auto", "light", "dark"];
const STORED = "candor.desk.theme";

/** Show the page in the theme that was chosen, and let #theme choose another. */
export function startTheme() {
  set(localStorage.getItem(STORED) ?? "auto");
  byId("theme").addEventListener("click", () => {
    const next = THEMES.indexOf(document.documentElement.dataset["theme"] ?? "auto") + 1;
    set(THEMES[next % THEMES.length] ?? "auto");
  });
}

/** @param {string} theme */
function set(theme) {
  document.documentElement.dataset["theme"] = theme;
  byId("theme").textContent = `Theme: ${theme}`;
  localStorage.setItem(STORED, theme);
}
