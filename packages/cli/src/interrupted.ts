/** A command that Ctrl-C has ended. The message says how to go on. */
export class Interrupted extends Error {}
