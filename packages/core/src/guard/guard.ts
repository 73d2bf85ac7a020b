import type { Classifier, ModelInfo } from '../classifier/classification.js';
import { createClassifier } from '../classifier/classifier.js';
import { ToxicityGuardError } from '../errors.js';
import { toFault } from '../fault.js';
import { createCollector } from '../fields/collect.js';
import { LanguageDetector, MODEL_LANGUAGES } from '../language/detector.js';
import { loadNgrams } from '../language/ngrams.js';
import { aCommunity } from '../overlay/entry.js';
import { aMode } from '../policy/mode.js';
import { resolve } from '../policy/resolvable.js';
import { createPolicy, type Policy, someThresholds } from '../policy/thresholds.js';
import { createWarner } from '../warner.js';
import { type MountHints, PLAIN_HINTS, type Unseen, unseenBody } from './body.js';
import { withDeadline } from './deadline.js';
import type { Decision, GuardRequest, Mode, Part } from './decision.js';
import { Gate } from './gate.js';
import { judgeFields } from './judgement.js';
import { type GuardOptions, type GuardSettings, isClassifier, resolveGuardOptions } from './options.js';
import { judged, nothingToJudge, unavailable } from './outcome.js';
import { report } from './report.js';

/** Judges requests. Made by {@link createGuard}. */
export interface Guard {
  /**
   * Judges the texts of a request. It does not reject: what keeps a request from being judged is a decision too.
   * A request without text is allowed without further ado, and nobody is told.
   *
   * @param options.signal Gives the judgement up, such as when the client has gone.
   */
  judge(request: GuardRequest, options?: { readonly signal?: AbortSignal | undefined }): Promise<Decision>;
  /**
   * Loads the model, which otherwise waits for the first text. After a failure it can be called again.
   *
   * @throws {ToxicityGuardError} `MODEL_UNREADABLE`, `MODEL_INCOMPATIBLE`, `CLOSED`.
   */
  ready(): Promise<ModelInfo>;
  /** Takes no more requests, waits for those under way, and closes the classifier if the guard made it. */
  close(): Promise<void>;
}

/**
 * Makes a guard. It reads nothing until the first text comes.
 *
 * @param hints How to mount the guard, in the words of a framework. For adapters.
 * @throws {TypeError} for an option that is unknown or wrong.
 *
 * @example
 * const guard = createGuard({ mode: 'flag' })
 * const { action, findings } = await guard.judge({ body: { comment: 'Have a nice day' } })
 * // 'allow', []
 */
export function createGuard(options: GuardOptions = {}, hints: MountHints = PLAIN_HINTS): Guard {
  return new RequestGuard(resolveGuardOptions(options), hints);
}

class RequestGuard implements Guard {
  readonly #settings: GuardSettings;
  readonly #hints: MountHints;
  readonly #classifier: Classifier;
  readonly #ownsClassifier: boolean;
  readonly #collector;
  readonly #gate: Gate;
  readonly #warn = createWarner();
  readonly #underWay = new Set<Promise<Decision>>();
  #closed = false;
  /** The policy of constant thresholds, and the model's thresholds that it was made from. */
  #policy: { readonly from: ModelInfo['thresholds']; readonly policy: Policy } | undefined;

  #detector: LanguageDetector | undefined;

  constructor(settings: GuardSettings, hints: MountHints) {
    const { classifier, fields, maxConcurrent, maxQueued } = settings;
    this.#settings = settings;
    this.#hints = hints;
    this.#ownsClassifier = !isClassifier(classifier);
    this.#classifier = isClassifier(classifier) ? classifier : createClassifier(classifier);
    this.#collector = createCollector(fields);
    this.#gate = new Gate(maxConcurrent, maxQueued);
  }

  async ready(): Promise<ModelInfo> {
    this.#throwIfClosed();
    const info = await this.#classifier.ready();
    await this.#detectorOf(info);
    return info;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#underWay);
    if (this.#ownsClassifier) await this.#classifier.close();
  }

  async judge(
    request: GuardRequest,
    options: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<Decision> {
    const judging = this.#judge(request, options.signal);
    this.#underWay.add(judging);
    return await judging.finally(() => this.#underWay.delete(judging));
  }

  async #judge(request: GuardRequest, outer: AbortSignal | undefined): Promise<Decision> {
    const { deadlineMs, failure, mode } = this.#settings;
    const started = performance.now();
    // Until the mode is known, the strictest: a fault on the way there must not let anything pass.
    const known: Known = { mode: typeof mode === 'function' ? 'reject' : mode, fields: 0 };
    let decision: Decision;
    try {
      if (this.#hasNothing(request)) return nothingToJudge(known.mode);
      decision = await withDeadline(deadlineMs, outer, (signal) => this.#decide(request, known, signal));
      if (known.fields === 0) return decision;
    } catch (error) {
      const fault = toFault(error, 'CLASSIFIER_FAILED', 'Judging the request');
      decision = unavailable(known.mode, failure, fault);
    }
    const { fields } = known;
    const durationMs = performance.now() - started;
    const message = { decision, durationMs, fields, route: request.route };
    report(message, request, this.#settings.onDecision, this.#warn);
    return decision;
  }

  async #decide(request: GuardRequest, known: Known, signal: AbortSignal): Promise<Decision> {
    const { mode, thresholds, community, unsupportedLanguage } = this.#settings;
    known.mode = (await resolve(mode, request, 'mode', aMode)) ?? 'reject';
    this.#throwIfUnseen(request, known.mode);
    const fields = await this.#collector.collect(request, this.#settings, signal);
    known.fields = fields.length;
    if (fields.length === 0) return nothingToJudge(known.mode);
    this.#throwIfClosed();
    const given = (await resolve(thresholds, request, 'thresholds', someThresholds)) ?? {};
    const whose = await resolve(community, request, 'community', aCommunity);
    return await this.#gate.run(signal, async () => {
      const info = await this.#classifier.ready();
      const judges = {
        classifier: this.#classifier,
        policy: this.#policyFrom(given, info.thresholds),
        detector: await this.#detectorOf(info),
        unsupportedLanguage,
        community: whose,
      };
      return judged(known.mode, await judgeFields(fields, judges, signal));
    });
  }

  /** Sees without work that there is no text: the way of every GET. */
  #hasNothing(request: GuardRequest): boolean {
    const { parts } = this.#collector;
    if (parts === null || this.#unseen(request) !== null) return false;
    return parts.every((part: Part) => isEmpty(request[part]));
  }

  #throwIfUnseen(request: GuardRequest, mode: Mode): void {
    const unseen = this.#unseen(request);
    if (unseen === null) return;
    if ('warning' in unseen) {
      this.#warn(unseen.warning);
      return;
    }
    const { code, message } = unseen.error;
    // Where the framework's error path does not tell whoever may have forgotten a parser, the process does.
    if (mode !== 'reject' || code === 'UNSUPPORTED_BODY') this.#warn(message);
    throw unseen.error;
  }

  #unseen(request: GuardRequest): Unseen | null {
    const { parts } = this.#collector;
    if (parts !== null) return parts.includes('body') ? unseenBody(request, this.#hints) : null;
    // A function may read bytes, or need no body at all. It is told of one that nothing has read, and trusted.
    const unseen = request.bodyMissing === 'unparsed' ? unseenBody(request, this.#hints) : null;
    return unseen !== null && 'error' in unseen ? { warning: unseen.error.message } : null;
  }

  #policyFrom(given: Parameters<typeof createPolicy>[0], from: ModelInfo['thresholds']): Policy {
    if (given !== this.#settings.thresholds) return createPolicy(given, from);
    if (this.#policy?.from !== from) this.#policy = { from, policy: createPolicy(given, from) };
    return this.#policy.policy;
  }

  async #detectorOf({ languages = MODEL_LANGUAGES }: ModelInfo): Promise<LanguageDetector> {
    if (this.#detector?.languages === languages) return this.#detector;
    const detector = new LanguageDetector(await loadNgrams(), languages);
    this.#detector = detector;
    return detector;
  }

  #throwIfClosed(): void {
    if (this.#closed) throw new ToxicityGuardError('CLOSED', 'The guard has been closed.');
  }
}

/** What a judgement has learned so far, for the decision if it fails half way. */
interface Known {
  mode: Mode;
  fields: number;
}

function isEmpty(value: unknown): boolean {
  if (typeof value === 'string') return value === '';
  if (typeof value !== 'object' || value === null) return true;
  if (value instanceof Map || value instanceof Set) return value.size === 0;
  for (const _ in value) return false;
  return true;
}
