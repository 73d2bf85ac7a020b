import { Problem } from '../http/problem.mjs';
import { whileConnected } from '../http/while-connected.mjs';
import { schemas } from './schemas.mjs';

const { object, json, prediction, problem } = schemas;
const text = { type: 'string' };
const one = object({ prediction });

/** `GET /predict?text=` and `POST /predict`. */
export function predictRoutes(app, { models, settings }) {
  const { texts: most, queue } = settings.limits;

  const refuseOverload = () => {
    if (models.underWay.texts < queue) return;
    throw new Problem(503, 'More texts wait to be judged than `MAX_QUEUE` allows.');
  };

  app.get('/predict', {
    schema: {
      tags: ['predictions'],
      summary: 'Judge one text',
      querystring: object({ text }),
      response: { 200: json('The prediction', one), 400: problem, 503: problem },
    },
    async handler(request, reply) {
      refuseOverload();
      const { signal } = whileConnected(reply);
      return { prediction: await models.predict(request.query.text, { signal }) };
    },
  });

  app.post('/predict', {
    schema: {
      tags: ['predictions'],
      summary: 'Judge one text, or many',
      body: {
        type: 'object',
        properties: {
          text,
          texts: { type: 'array', items: text, maxItems: most, description: 'Judged in order' },
        },
        additionalProperties: false,
        oneOf: [{ required: ['text'] }, { required: ['texts'] }],
      },
      response: {
        200: json('The prediction of one text; of many, their predictions in order', {
          anyOf: [one, object({ predictions: { type: 'array', items: prediction } })],
        }),
        ...Object.fromEntries([400, 413, 415, 503].map((status) => [status, problem])),
      },
    },
    async handler(request, reply) {
      refuseOverload();
      const { signal } = whileConnected(reply);
      const { text, texts } = request.body;
      if (texts === undefined) return { prediction: await models.predict(text, { signal }) };
      return { predictions: await models.predictMany(texts, { signal }) };
    },
  });
}
