/** Files as they stand in the thread: an image to look at, a PDF to save. Their names are text and nothing else. */

import { element, label } from "./dom.js";
import { inSentence } from "./files.js";

/**
 * @typedef {import("./types.js").Attachment} Attachment
 * @typedef {(id: string) => Promise<Blob>} Load
 */

/** What is loaded once it comes into sight. @type {WeakMap<Element, () => void>} */
const waiting = new WeakMap();
const sight = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    sight.unobserve(target);
    waiting.get(target)?.();
  }
});

/** @param {Attachment[]} attachments @param {Load} load */
export function sentFiles(attachments, load) {
  return element("ul", { class: "sent-files", role: "list" }, ...attachments.map((one) => element("li", {}, sentFile(one, load))));
}

/** @param {Attachment} attachment @param {Load} load */
function sentFile(attachment, load) {
  const image = attachment.media_type.startsWith("image/");
  const link = element("a", { class: image ? "picture" : "document", href: "#", role: "button" });
  label(link, image ? "fileOpen" : "fileSave", { name: inSentence(attachment.name) }, "aria-label");
  if (!image) link.append(element("span", { class: "preview", "aria-hidden": "true" }, "PDF"), element("bdi", {}, attachment.name));
  const fetched = async () => {
    try {
      // A PDF comes as bytes of no kind: no browser may open it in this place.
      const blob = new Blob([await load(attachment.id)], { type: image ? attachment.media_type : "application/octet-stream" });
      const address = URL.createObjectURL(blob);
      link.href = address;
      link.removeAttribute("role");
      if (image) link.target = "_blank";
      else link.download = attachment.name;
      return address;
    } catch {
      return null; // No connection: a click tries again.
    }
  };
  if (image) {
    const { width, height, name } = attachment;
    const shown = element("img", { alt: name, width: String(width), height: String(height) });
    link.append(shown);
    waiting.set(link, async () => (shown.src = (await fetched()) ?? ""));
    sight.observe(link);
  }
  link.addEventListener("click", async (event) => {
    if (link.href.startsWith("blob:")) return;
    event.preventDefault();
    const address = await fetched();
    if (!address) return;
    const shown = link.querySelector("img");
    if (shown) shown.src = address;
    else link.click();
  });
  return link;
}

/** Names of what is on its way. @param {Attachment[]} attachments */
export function namesOf(attachments) {
  return element("ul", { class: "sent-files", role: "list" }, ...attachments.map(({ name }) => element("li", {}, element("bdi", {}, name))));
}
