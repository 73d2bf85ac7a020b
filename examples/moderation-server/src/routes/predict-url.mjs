import { Problem } from '../http/problem.mjs';
import { whileConnected } from '../http/while-connected.mjs';
import { answerLines } from '../input/answer-lines.mjs';
import { formatOf, readTexts } from '../input/read-texts.mjs';
import { sendLines } from '../input/send-lines.mjs';
import { createFetch } from '../url/fetch-document.mjs';
import { schemas } from './schemas.mjs';

const { object, lines, problem } = schemas;

/** `POST /predict/url`: off, unless hosts are named that it may read from. */
export function predictUrlRoute(app, { models, settings }) {
  const fetchDocument = settings.url.hosts.length === 0 ? null : createFetch(settings.url);

  app.post('/predict/url', {
    schema: {
      tags: ['predictions'],
      summary: 'Judge the texts of a document elsewhere',
      description:
        'Reads a document of one of the formats of `POST /predict/file` from a host of `URL_HOSTS`.',
      body: object({ url: { type: 'string', format: 'uri', maxLength: 2000 } }),
      response: {
        200: lines,
        ...Object.fromEntries([400, 403, 415, 502, 503, 504].map((status) => [status, problem])),
      },
    },
    async handler(request, reply) {
      if (fetchDocument === null)
        throw new Problem(403, 'The server reads from no host: `URL_HOSTS` is empty.');
      const controller = whileConnected(reply);
      const { signal } = controller;
      const { type, body } = await fetchDocument(request.body.url, signal);
      const format = formatOf('', type);
      if (format === undefined) {
        controller.abort();
        throw new Problem(
          415,
          `What is at ${new URL(request.body.url).host} is neither text/plain, text/csv nor application/x-ndjson.`,
        );
      }
      return sendLines(reply, answerLines(readTexts(body, format, settings.limits), models, { signal }));
    },
  });
}
