import { askJson } from '../shared/failures.js';

/** Milliseconds after the last key, and at most after the first one that is not yet asked about. */
const QUIET = 150;
const MOST = 600;

/**
 * Asks for the scores of what is being typed: once the typing pauses, or goes on for long. Each question ends the
 * one before, so that no older answer comes after a newer one.
 *
 * @param onAnswer called with the text and its `{ scores, spans }`, `null` for a text of white space only.
 * @param onFailure called with a `Failure`; where it may pass, the question is asked again.
 */
export function createLiveScores({ onAnswer, onFailure }) {
  let asked;
  let timer;
  let since;

  function later(text, milliseconds) {
    clearTimeout(timer);
    timer = setTimeout(judge, milliseconds, text);
  }

  async function judge(text) {
    since = undefined;
    asked?.abort();
    asked = new AbortController();
    const { signal } = asked;
    if (text.trim() === '') return onAnswer(text, null);
    try {
      const response = await askJson('/scores', { text }, signal);
      const answer = await response.json();
      if (!signal.aborted) onAnswer(text, answer);
    } catch (failure) {
      if (signal.aborted) return;
      onFailure(failure);
      if (failure.retryAfter !== undefined && since === undefined) later(text, failure.retryAfter * 1000);
    }
  }

  /** Tells that the text has changed. */
  return function typed(text) {
    since ??= performance.now();
    later(text, Math.min(QUIET, Math.max(0, since + MOST - performance.now())));
  };
}
