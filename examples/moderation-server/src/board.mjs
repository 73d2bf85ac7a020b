const KEPT_COMMENTS = 50;

/** The last comments that were let pass, the newest first. A site would have a database. */
export class Board {
  #comments = [];

  add(comment) {
    this.#comments.unshift(comment);
    this.#comments.length = Math.min(this.#comments.length, KEPT_COMMENTS);
  }

  list() {
    return this.#comments;
  }
}
