/** Files that a customer has sent: an image opens large, a PDF is a download. Their names are text and nothing else. */

import { h } from "./dom.js";

/** @import {Attachment} from "./types.js" */

/** @param {Attachment[]} attachments */
export function sentFiles(attachments) {
  return h("ul", { class: "sent-files" }, ...attachments.map((one) => h("li", {}, sentFile(one))));
}

/** @param {Attachment} attachment */
function sentFile({ id, name, media_type, size, width, height }) {
  const address = `/v1/desk/attachments/${encodeURIComponent(id)}`;
  const about = h("span", { class: "file-name" }, h("bdi", {}, name), h("span", { class: "quiet" }, ` ${kilobytes(size)}`));
  if (!media_type.startsWith("image/")) return h("a", { href: address, download: name }, about);
  const image = h("img", { src: address, alt: `Image from the customer: ${name}`, width, height, loading: "lazy" });
  return h("a", { href: address, target: "_blank", rel: "noopener", title: "Opens large in a new tab" }, image, about);
}

/** @param {number} bytes */
const kilobytes = (bytes) => (bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} kB` : `${(bytes / 1e6).toFixed(1)} MB`);
