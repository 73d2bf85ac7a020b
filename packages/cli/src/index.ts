import { CommanderError } from 'commander';
import { createProgram } from './program.js';
import { report } from './report.js';

try {
  await createProgram().parseAsync();
} catch (error) {
  // Commander has written its own sentence by now; its code is 0 for --help and --version.
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else report(error);
}
