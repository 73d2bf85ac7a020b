import { throwIfAborted } from '../abort.js';
import type { Engine } from '../engine/engine.js';
import { FoldedNetwork } from '../engine/folded.js';
import type { Model } from '../model/load.js';
import { isDue, rest } from '../pace.js';
import type { Tokeniser } from '../text/tokenise.js';
import type { WordVector } from '../vocabulary/entry-record.js';
import { orAborted } from '../vocabulary/or-aborted.js';
import type { StoredWords } from '../vocabulary/stored-words.js';
import type { WindowJudge } from './windows.js';

/** Rows that are kept while the store is away: they lack vectors, and are thrown away when it is back. */
const DEGRADED_ROWS = 1_024;

/** Fetches the vectors of texts' words before they are judged. */
export class DemandedWords {
  private degradedNetwork: FoldedNetwork | undefined;

  constructor(
    private readonly model: Model,
    private readonly words: StoredWords,
    private readonly judge: WindowJudge,
  ) {}

  /**
   * Fetches what is not at hand, all at once, and holds it until the texts are judged.
   *
   * @returns the engine for these texts and no others, and whether it lacks vectors of words.
   * @throws {ToxicityGuardError} `VOCABULARY_UNAVAILABLE`, `VOCABULARY_MISMATCH`, `ABORTED`.
   */
  async hold(
    texts: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<{ engine: Engine; degraded: boolean }> {
    const wanted = new Set<string>();
    for (const text of texts) await this.collect(text, wanted, signal);
    const { found, degraded, asked } = await orAborted(this.words.version.fetch(wanted), signal);
    if (asked && !degraded) this.degradedNetwork = undefined;
    if (degraded) this.degradedNetwork ??= new FoldedNetwork(this.model, this.words, DEGRADED_ROWS);
    const network = (degraded && this.degradedNetwork) || this.judge.engine;
    return { engine: new HoldingEngine(network, this.words, found), degraded };
  }

  /** Reads a text as it will be judged, and takes down its words. */
  private async collect(text: string, wanted: Set<string>, signal: AbortSignal | undefined): Promise<void> {
    const { window, manifest } = this.judge;
    for (let at = 0; at < text.length; ) {
      throwIfAborted(signal);
      window.read(text, at);
      at = window.nextPosition(manifest.tokenizer.stride);
      // All at once: while it rests, others read with this window.
      for (const token of window.words()) {
        if (isDue()) await rest();
        const word = this.words.wordOf(token);
        if (word !== undefined) wanted.add(word);
      }
    }
  }
}

/** The shared network, which sees the words of one call whenever that one has the turn. */
class HoldingEngine implements Engine {
  constructor(
    private readonly network: Engine,
    private readonly words: StoredWords,
    private readonly held: ReadonlyMap<string, WordVector>,
  ) {}

  createWindow(): Tokeniser {
    return this.network.createWindow();
  }

  judge(window: Tokeniser, scores: Float64Array, isDue?: () => boolean): boolean {
    this.words.held = this.held;
    return this.network.judge(window, scores, isDue);
  }

  explain(window: Tokeniser, label: number, contributions: Float64Array): void {
    this.network.explain(window, label, contributions);
  }

  alone(window: Tokeniser, label: number, logits: Float64Array): void {
    this.network.alone(window, label, logits);
  }
}
