/** The key under which decorators leave a `RouteToxicity`, or `false` for a handler that is not judged. */
export const TOXICITY_ROUTE = 'toxicity-guard:route';
