import { kerasTokenizer, padSequences } from '@toxicity-guard/core';
import { Problem } from '../http/problem.mjs';
import { whileConnected } from '../http/while-connected.mjs';
import { openVocabulary } from '../vocabulary/open-vocabulary.mjs';
import { schemas } from './schemas.mjs';

const { object, json, problem } = schemas;

/** `POST /sequence-indexes`: a text as the word indexes that a Keras network takes, looked up in the database. */
export function sequenceRoute(app, { settings, log }) {
  const { store, words } = settings.vocabulary;
  // Keras counts from 1, so its `num_words` is one more than the words that it keeps.
  const tokenizer = kerasTokenizer({ numWords: words });
  let vocabulary;
  app.addHook('onClose', async () => (await vocabulary)?.close());

  app.post('/sequence-indexes', {
    schema: {
      tags: ['predictions'],
      summary: 'A text as word indexes, padded in front',
      description:
        'As Keras’s `Tokenizer` and `pad_sequences` make them: unknown words are left out, a long text loses its beginning.',
      body: {
        ...object({
          sequence: { type: 'string' },
          padding: { type: 'integer', minimum: 1, maximum: 10_000 },
        }),
        required: ['sequence'],
      },
      response: {
        200: json('The indexes', object({ indexes: { type: 'array', items: { type: 'integer' } } })),
        ...Object.fromEntries([400, 413, 415, 503].map((status) => [status, problem])),
      },
    },
    async handler(request, reply) {
      if (store === undefined) throw new Problem(503, 'The server has no `VOCABULARY_STORE`.');
      vocabulary ??= openVocabulary(settings.vocabulary, log);
      const { sequence, padding = 100 } = request.body;
      const found = tokenizer.words(sequence);
      const indexes = await indexesOf(await vocabulary, found, whileConnected(reply).signal);
      const [padded] = padSequences([tokenizer.sequence(found, (word) => indexes.get(word))], {
        maxlen: padding,
      });
      return { indexes: [...padded] };
    },
  });
}

async function indexesOf(vocabulary, words, signal) {
  const distinct = [...new Set(words)];
  const { entries } = await vocabulary.lookUp(distinct, signal);
  return new Map(distinct.map((word, at) => [word, entries[at]?.index]));
}
