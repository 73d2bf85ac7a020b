import express, { type ErrorRequestHandler, type Express } from 'express';
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { perspectiveApi } from '../src/index.js';
import { majors, wordClassifier } from './apps.js';

const PATH = '/v1alpha1/comments:analyze';
const BODY = { comment: { text: 'RUDE' }, requestedAttributes: { TOXICITY: {} } };
const score = (body: { attributeScores: { TOXICITY: { summaryScore: { value: number } } } }) =>
  body.attributeScores.TOXICITY.summaryScore.value;

describe.each(majors)('perspectiveApi on %s', (_, create) => {
  const make = (before: (app: Express) => void = () => undefined): Express => {
    const app = (create as typeof express)();
    before(app);
    app.use(perspectiveApi({ classifier: wordClassifier() }));
    const tell: ErrorRequestHandler = (error, _req, res, _next) => void res.status(500).send(error.message);
    app.use(tell);
    return app;
  };

  it('takes what a parser before it has read', async () => {
    const app = make((before) => before.use(express.json()));
    expect(score((await request(app).post(PATH).send(BODY)).body)).toBe(0.6);
  });

  it('reads what a parser before it has left', async () => {
    const app = make((before) => before.use(express.json(), express.urlencoded({ extended: true })));
    const response = await request(app).post(PATH).type('text/plain').send(JSON.stringify(BODY));
    expect(score(response.body)).toBe(0.6);
  });

  it('takes bytes', async () => {
    const app = make((before) => before.use(express.raw({ type: () => true })));
    expect(score((await request(app).post(PATH).send(BODY)).body)).toBe(0.6);
  });

  it('lets everything else pass', async () => {
    const app = make();
    app.get('/', (_req, res) => void res.send('home'));
    expect((await request(app).get('/')).text).toBe('home');
    expect((await request(app).get(PATH)).status).toBe(404);
    expect((await request(app).post('/v1alpha1/commentsXanalyze').send(BODY)).status).toBe(404);
  });

  it('believes a proxy where the application does', async () => {
    const root = async (app: Express) =>
      (
        await request(app)
          .get('/$discovery/rest')
          .set('Host', 'api.example')
          .set('X-Forwarded-Proto', 'https')
      ).body.rootUrl;
    expect(await root(make())).toBe('http://api.example/');
    expect(await root(make((app) => app.set('trust proxy', true)))).toBe('https://api.example/');
  });

  it('answers a Host that is no address', async () => {
    const response = await request(make()).get('/$discovery/rest').set('Host', 'a b');
    expect(response.status).toBe(400);
  });
});

describe('perspectiveApi', () => {
  it('loads and releases the model', async () => {
    const api = perspectiveApi({ classifier: wordClassifier() });
    expect(await api.ready()).toMatchObject({ id: 'words-1' });
    await api.close();
  });

  it('refuses an option that it does not know', () => {
    expect(() => perspectiveApi({ key: 'a key' } as object)).toThrow(
      'Expected `options` to have only known keys, got `key`. Did you mean `keys`?',
    );
  });
});
