import { describe, expect, it } from 'vitest';
import { CLEAN_TEXTS, TOXIC_TEXTS } from '../../../test/toxic-texts.js';
import { toxicityGuard } from '../src/index.js';
import { echo, listen, versions } from './apps.js';

/** The one line that the package promises, on the model that it comes with. */
describe.each(versions)('%s, without options', (_, create) => {
  it('lets pass, refuses, and gives a route with options of its own the same model', async () => {
    const app = create();
    await app.register(toxicityGuard);
    await app.toxicityGuard.ready();
    app.post('/comments', echo);
    app.post('/flagged', { config: { toxicity: { mode: 'flag' } } }, echo);
    const ask = await listen(app);
    for (const comment of CLEAN_TEXTS) {
      const { status, body } = await ask('POST', '/comments', { comment });
      expect([comment, status, body.toxicity.action]).toEqual([comment, 201, 'allow']);
    }
    for (const { text: comment, label } of TOXIC_TEXTS) {
      const { status, headers, text, body } = await ask('POST', '/comments', { comment });
      expect([comment, status]).toEqual([comment, 422]);
      expect(headers['content-type']).toBe('application/problem+json; charset=utf-8');
      expect(body).toMatchObject({ code: 'TOXIC_CONTENT', errors: [{ pointer: '#/comment' }] });
      expect(body.errors[0].labels).toContain(label);
      expect(text).not.toContain(comment);
      const flagged = await ask('POST', '/flagged', { comment });
      expect(flagged.body.toxicity).toMatchObject({ action: 'flag', mode: 'flag' });
    }
  });
});
