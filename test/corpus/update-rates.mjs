// node test/corpus/update-rates.mjs: judges the corpus with the bundled model and writes the rates to rates.json.
import { run, tool } from '../../scripts/workspace.mjs';

process.exitCode = await run(tool('vitest', 'run', 'test/corpus/corpus.test.ts'), {
  env: { TOXICITY_GUARD_RECORD: 'corpus' },
});
