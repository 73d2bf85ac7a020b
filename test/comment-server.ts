import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningProgram, startProgram } from './start-program.js';
import { CLEAN_TEXTS, TOXIC_TEXTS } from './toxic-texts.js';

/** Holds the server of an example, in whatever framework it is written, to what it is an example of. */
export function commentServer(framework: string, file: URL): void {
  describe(`the example with ${framework}`, () => {
    let program: RunningProgram;
    beforeAll(async () => {
      program = await startProgram(file);
    });
    afterAll(() => program?.stop());

    const send = (path: string, body: string) =>
      fetch(program.url + path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
    const post = (path: string, comment: unknown) => send(path, JSON.stringify({ comment }));

    it('has at most 40 lines', () => {
      expect(readFileSync(file, 'utf8').trimEnd().split('\n').length).toBeLessThanOrEqual(40);
    });

    it('keeps clean comments', async () => {
      for (const comment of CLEAN_TEXTS) {
        const response = await post('/comments', comment);
        expect([response.status, await response.json()]).toEqual([201, { flagged: false }]);
      }
    });

    it.each(TOXIC_TEXTS)('refuses a toxic one as $label, without a word of it', async ({ text, label }) => {
      const response = await post('/comments', text);
      expect(response.status).toBe(422);
      expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
      const body = await response.text();
      expect(JSON.parse(body).errors).toMatchObject([
        { pointer: '#/comment', labels: expect.arrayContaining([label]) },
      ]);
      expect(body).not.toContain(text);
    });

    it('answers 400 to what is no comment', async () => {
      for (const body of ['{"comment": "Have a', '{}', '{"comment": 7}']) {
        expect((await send('/comments', body)).status).toBe(400);
      }
    });

    it('marks reports', async () => {
      const urgent = async (comment: string) => await (await post('/reports', comment)).json();
      expect(await urgent(TOXIC_TEXTS[0].text)).toEqual({ urgent: true });
      expect(await urgent(CLEAN_TEXTS[0])).toEqual({ urgent: false });
    });

    it('shows what it kept', async () => {
      expect(await (await fetch(`${program.url}/comments`)).json()).toEqual(CLEAN_TEXTS);
    });

    it.skipIf(process.platform === 'win32')(
      'ends with 0 when it is asked to, and wrote no text',
      async () => {
        expect(await program.stop()).toBe(0);
        for (const { text } of TOXIC_TEXTS) expect(program.output()).not.toContain(text);
      },
    );
  });
}
