/** What the OpenAPI document says besides the routes, whose schemas stand beside them. */
export const DOCUMENT = {
  openapi: '3.1.0',
  info: {
    title: 'Moderation server',
    version: '0.1.0',
    description: 'Judges comments for toxicity. Every failure is answered as RFC 9457 problem details.',
    license: { name: 'MIT', identifier: 'MIT' },
  },
  servers: [{ url: '/' }],
  tags: [
    { name: 'predictions', description: 'Texts in, scores out' },
    { name: 'comments', description: 'A guarded route, and what its page asks' },
    { name: 'operations', description: 'Health, figures, workers' },
  ],
};
