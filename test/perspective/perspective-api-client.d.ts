/** As much of it as the test uses; it has no types of its own. */
declare module 'perspective-api-client' {
  export default class Perspective {
    constructor(options: { apiKey: string });
    analyze(comment: string | object, options?: object): Promise<unknown>;
  }
}
