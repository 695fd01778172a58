/** What a customer may do while they wait for a person: stay, come back later, or leave it at that. */

/**
 * @typedef {import("./types.js").FloorState} FloorState
 * @typedef {{word: import("./words.js").Word, act: () => void}} Act
 *
 * @typedef {object} Parts
 * @property {(() => void) | null} close null where there is nothing to close
 * @property {() => void} leave
 * @property {() => void} draw
 */

export class Waiting {
  /** The epoch of the floor for which they have said that they stay. */
  #stays = -1;
  #parts;

  /** @param {Parts} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  /** @param {FloorState} floor @returns {Act[]} none while nobody is waited for */
  acts({ floor, epoch, can_withdraw }) {
    if (floor !== "queue" || epoch === this.#stays) return [];
    const { close, leave, draw } = this.#parts;
    const stay = () => {
      this.#stays = epoch;
      draw();
    };
    return [
      { word: "waitHere", act: stay },
      ...(close ? [/** @type {Act} */ ({ word: "waitLater", act: close })] : []),
      ...(can_withdraw ? [/** @type {Act} */ ({ word: "waitLeave", act: leave })] : []),
    ];
  }
}
