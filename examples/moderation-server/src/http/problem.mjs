/** A failure to tell the client: the sentence is shown as it is. */
export class Problem extends Error {
  constructor(statusCode, detail, headers = {}) {
    super(detail);
    this.statusCode = statusCode;
    this.headers = headers;
  }
}
