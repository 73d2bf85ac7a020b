import { Problem } from '../http/problem.mjs';
import { whileConnected } from '../http/while-connected.mjs';
import { answerLines } from '../input/answer-lines.mjs';
import { formatOf, readTexts } from '../input/read-texts.mjs';
import { sendLines } from '../input/send-lines.mjs';
import { schemas } from './schemas.mjs';

const { lines, problem } = schemas;

/** `POST /predict/file`: a form with one file. It is judged while it arrives, whatever its size. */
export function predictFileRoute(app, { models, settings }) {
  app.post('/predict/file', {
    schema: {
      tags: ['predictions'],
      summary: 'Judge the texts of a file',
      description:
        'A `.txt` with a text on each line, a `.jsonl` with a string or an object with a string `text` on each line, or a `.csv` with a column `text`, `comment` or `comment_text`. The answers come while the file is still being sent: read them, or the server stops reading.',
      consumes: ['multipart/form-data'],
      body: {
        type: 'object',
        properties: { file: { type: 'string', contentMediaType: 'application/octet-stream' } },
        required: ['file'],
      },
      response: {
        200: lines,
        ...Object.fromEntries([400, 415, 503].map((status) => [status, problem])),
      },
    },
    // The file is read by the handler, so there is nothing to validate before.
    validatorCompiler: () => () => true,
    async handler(request, reply) {
      if (!request.isMultipart()) throw new Problem(415, 'The body must be multipart/form-data.');
      const part = await request.file();
      if (part === undefined) throw new Problem(400, 'The form has no file.');
      const format = formatOf(part.filename ?? '', part.mimetype);
      if (format === undefined) throw new Problem(415, 'The file is neither .txt, .csv nor .jsonl.');
      const { signal } = whileConnected(reply);
      const texts = readTexts(part.file, format, settings.limits);
      return sendLines(
        reply,
        answerLines(untilTooLarge(texts, part.file, settings.limits), models, { signal }),
      );
    },
  });
}

/** Says after the last text that the file was cut off, where it was. */
async function* untilTooLarge(batches, file, { fileBytes }) {
  let last = 0;
  for await (const texts of batches) {
    last = texts.at(-1)?.number ?? last;
    yield texts;
  }
  if (!file.truncated) return;
  yield [
    { number: last + 1, code: 'FILE_TOO_LARGE', message: `The file is larger than ${fileBytes} bytes.` },
  ];
}
