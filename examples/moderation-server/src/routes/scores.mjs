import { schemas } from './schemas.mjs';

const { object, json, scores, spans, action, problem } = schemas;
const thresholds = object({ flag: scores, reject: scores });

/** What the page asks: the model's thresholds, and the scores of what is being typed, judged but not guarded. */
export function scoreRoutes(app, { models }) {
  app.get('/model', {
    schema: {
      tags: ['comments'],
      summary: 'The model in use and its default thresholds',
      response: { 200: json('The model', object({ id: { type: 'string' }, thresholds })), 503: problem },
    },
    async handler() {
      const { id, thresholds } = await models.classifier.ready();
      return { id, thresholds };
    },
  });

  app.post('/scores', {
    bodyLimit: 100_000,
    schema: {
      tags: ['comments'],
      summary: 'The scores of a text and the words that cause them',
      body: { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] },
      response: {
        200: json('The scores', object({ scores, spans, action })),
        ...Object.fromEntries([400, 413, 415, 503].map((status) => [status, problem])),
      },
    },
    async handler(request) {
      const { scores, spans, action } = await models.predict(request.body.text);
      return { scores, spans, action };
    },
  });
}
