/** Being there is a lease: whoever does not renew it is taken for gone, and what they hold goes back to its queues. */

/** Milliseconds between two renewals; the server waits for three and a half minutes. */
const EVERY = 45_000;

/**
 * Renew now and as long as the page lives. Each call may fail: the next one makes good for it.
 *
 * @param {() => Promise<void>} renew
 */
export function keepLease(renew) {
  void renew();
  setInterval(() => void renew(), EVERY);
  // A machine that slept has missed some.
  document.addEventListener("visibilitychange", () => !document.hidden && void renew());
}
