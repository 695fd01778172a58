/** Sends a form with a file and tells how far it is, which `fetch` cannot. */

/**
 * @param {URL} address @param {FormData} form @param {Record<string, string>} headers
 * @param {(share: number) => void} progress 0 to 1 @param {AbortSignal} signal
 * @returns {Promise<Response>} @throws {TypeError} no connection, or given up
 */
export function upload(address, form, headers, progress, signal) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const failed = () => reject(new TypeError("no connection"));
    request.open("POST", address);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded, total }) => progress(total ? loaded / total : 0);
    request.onload = () => resolve(new Response(request.responseText, { status: request.status, statusText: request.statusText }));
    request.onerror = request.onabort = request.ontimeout = failed;
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(form);
  });
}
