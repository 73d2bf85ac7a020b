/** What keeps the server from starting, or a model from being used: one sentence for whoever runs it. */
export class Refusal extends Error {
  name = 'Refusal';
}
