import { describe, expect, it } from 'vitest';
import { wordClassifier } from '../../core/test/guard-classifier.js';
import { perspectiveApi, toxicityGuard } from '../src/index.js';
import { bare, echo, listen, versions } from './apps.js';

const PATH = '/v1alpha1/comments:analyze';
const BODY = { comment: { text: 'REFUSE' }, requestedAttributes: { TOXICITY: {} } };

describe.each(versions)('perspectiveApi on %s', (_, create) => {
  it('is left alone by a guard, before and after it', async () => {
    const app = bare(create);
    app.register(toxicityGuard, { classifier: wordClassifier() });
    app.register(perspectiveApi, { classifier: wordClassifier() });
    app.post('/comments', echo);
    const ask = await listen(app);
    expect(await ask('POST', PATH, BODY)).toMatchObject({
      status: 200,
      body: { attributeScores: { TOXICITY: { summaryScore: { value: 0.95 } } } },
    });
    expect((await ask('POST', '/comments', BODY)).status).toBe(422);
  });

  it('leaves the parsers of the application as they are', async () => {
    const app = bare(create);
    app.register(perspectiveApi, { classifier: wordClassifier() });
    app.post('/comments', echo);
    const ask = await listen(app);
    expect((await ask('POST', '/comments', { a: 1 })).body).toEqual({ body: { a: 1 }, toxicity: null });
    const declined = await ask('POST', '/comments', '<a/>', { 'content-type': 'text/xml' });
    expect(declined.body.caught).toBe('FST_ERR_CTP_INVALID_MEDIA_TYPE');
    expect((await ask('POST', PATH, JSON.stringify(BODY), { 'content-type': 'text/xml' })).status).toBe(200);
  });

  it('leaves errors of the application to its error handler', async () => {
    const app = bare(create);
    app.addHook('onRequest', async () => {
      throw Object.assign(new Error('not you'), { statusCode: 401 });
    });
    app.register(perspectiveApi, { classifier: wordClassifier() });
    const ask = await listen(app);
    expect(await ask('POST', PATH, BODY)).toMatchObject({ status: 401, body: { message: 'not you' } });
  });

  it('takes the options of a registration', async () => {
    const app = bare(create);
    app.register(perspectiveApi, { classifier: wordClassifier(), prefix: '/below', logLevel: 'warn' });
    const ask = await listen(app);
    expect((await ask('POST', `/below${PATH}`, BODY)).status).toBe(200);
    expect((await ask('GET', '/below/$discovery/rest')).body.rootUrl).toMatch(/^http:\/\/.+\/below\/$/);
  });

  it('loads the model before the application listens', async () => {
    const classifier = wordClassifier();
    const app = bare(create);
    app.register(perspectiveApi, { classifier });
    await app.ready();
    expect(classifier.loads).toBe(1);
    await app.close();
    expect(classifier.closes).toBe(0);
  });

  it('refuses an option that it does not know', async () => {
    const app = bare(create);
    app.register(perspectiveApi, { key: 'a key' } as object);
    await expect(app.ready()).rejects.toThrow('Did you mean `keys`?');
  });
});
