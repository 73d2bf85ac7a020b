import { execFile } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TOXIC_TEXTS } from '../../../test/toxic-texts.js';
import { installBuilt } from './majors.js';
import { nest11 } from './nest11/nest11.js';
import { nest12 } from './nest12.js';

const judges = `
  const app = await NestFactory.createApplicationContext(ToxicityModule.forRoot(), { logger: false });
  const { action } = await app.get(ToxicityService).judge({ body: ${JSON.stringify(TOXIC_TEXTS[0].text)} });
  await app.close();
  console.log(action);
`;
const programs = {
  'program.mjs': `
    import { NestFactory } from '@nestjs/core';
    import { ToxicityModule, ToxicityService } from '@toxicity-guard/nest';
    ${judges}`,
  'program.cjs': `
    const { NestFactory } = require('@nestjs/core');
    const { ToxicityModule, ToxicityService } = require('@toxicity-guard/nest');
    void (async () => { ${judges} })();`,
};

describe.each([nest12, nest11])(
  'the built package with $name and none of its optional peers',
  ({ modules }) => {
    let folder: string;
    beforeAll(async () => {
      folder = await installBuilt(modules, ['common', 'core']);
    });
    afterAll(() => rm(folder, { recursive: true, force: true }));

    it.each(Object.entries(programs))('loads and judges in %s', async (name, program) => {
      const file = join(folder, name);
      await writeFile(file, program);
      expect(await promisify(execFile)(process.execPath, [file])).toEqual({ stdout: 'reject\n', stderr: '' });
    });
  },
);
