import request from 'supertest';
import { afterAll, describe, expect, it } from 'vitest';
import { toxicityGuard } from '../src/index.js';
import { majors } from './apps.js';

/** The one line that the package promises, on the model that it comes with. */
describe.each(majors)('%s, without options', (_, express) => {
  const guard = toxicityGuard();
  const app = express();
  app.use(express.json());
  app.use(guard);
  app.post('/comments', (req, res) => void res.status(201).json({ action: req.toxicity?.action }));
  const post = (comment: string) => request(app).post('/comments').send({ comment });

  afterAll(() => guard.close());

  it.each([
    'Thank you for the kind answer, it helped me a lot.',
    'The cockpit of the old plane is in the museum at Scunthorpe.',
    'I disagree: the second paragraph needs a source.',
    '',
  ])('lets pass: %s', async (comment) => {
    expect((await post(comment)).status).toBe(201);
  });

  it.each(['You are a stupid fucking idiot.', 'Shut up, you worthless piece of shit.'])(
    'refuses: %s',
    async (comment) => {
      const { status, body, text } = await post(comment);
      expect(status).toBe(422);
      expect(body).toMatchObject({ code: 'TOXIC_CONTENT', errors: [{ pointer: '#/comment' }] });
      expect(body.errors[0].labels).toContain('toxic');
      expect(text).not.toContain(comment);
    },
  );

  it('judges a comment as the last of a long list', async () => {
    const comments = [
      ...Array.from({ length: 200 }, () => 'A kind word.'),
      'You are a stupid fucking idiot.',
    ];
    const { status, body } = await request(app).post('/comments').send(comments);
    expect(status).toBe(422);
    expect(body.errors).toMatchObject([{ pointer: '#/200' }]);
  });
});
