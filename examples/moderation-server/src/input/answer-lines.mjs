import { isToxicityGuardError } from '@toxicity-guard/core';

/** Judges texts one after the other and yields the answers as JSON lines, in the same order. */
export async function* answerLines(batches, models, { signal }) {
  for await (const texts of batches) {
    let lines = '';
    for (const { number, text, code, message } of texts) {
      const answer = text === undefined ? { error: { code, message } } : await judge(models, text, signal);
      lines += `${JSON.stringify({ number, ...answer })}\n`;
    }
    if (lines !== '') yield lines;
  }
}

async function judge(models, text, signal) {
  try {
    return { prediction: await models.predict(text, { signal }) };
  } catch (error) {
    if (!isToxicityGuardError(error) || error.code === 'ABORTED') throw error;
    return { error: { code: error.code, message: error.message } };
  }
}
