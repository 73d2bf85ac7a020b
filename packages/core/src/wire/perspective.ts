import { checkOptions } from '../check.js';
import type { Classifier, ModelInfo } from '../classifier/classification.js';
import { createClassifier } from '../classifier/classifier.js';
import { describe } from '../fault.js';
import { withDeadline } from '../guard/deadline.js';
import { Gate } from '../guard/gate.js';
import { isClassifier } from '../guard/options.js';
import { LanguageDetector, MODEL_LANGUAGES } from '../language/detector.js';
import { loadNgrams } from '../language/ngrams.js';
import { createWarner } from '../warner.js';
import { analyze } from './perspective-analyze.js';
import type { PerspectiveAnswer, PerspectiveApi, PerspectiveRequest } from './perspective-api.js';
import { discoveryDocument } from './perspective-discovery.js';
import { missingBody, toPerspectiveError, unavailable } from './perspective-failure.js';
import { Feedback, labelsOf } from './perspective-feedback.js';
import { Keys, textOf } from './perspective-keys.js';
import { languagesOf } from './perspective-languages.js';
import { type PerspectiveOptions, perspectiveOptionChecks } from './perspective-options.js';
import { type Analysis, readAnalysis, readSuggestion, type Suggestion } from './perspective-requests.js';

/**
 * Makes the API of Google's Perspective, answered by a classifier of this package: `comments:analyze`,
 * `comments:suggestscore` and the discovery document, with its attributes, its offsets and its errors.
 *
 * @throws {TypeError} for an option that is unknown or wrong.
 *
 * @example
 * const api = createPerspectiveApi({ keys: ['a key of ours'] })
 * const { status, body } = await api.answer({
 *   operation: 'analyze',
 *   query: { key: 'a key of ours' },
 *   body: { comment: { text: 'Have a nice day' }, requestedAttributes: { TOXICITY: {} } },
 * })
 * // 200, '{"attributeScores":{"TOXICITY":{"spanScores":[{"begin":0,"end":15,"score":{"value":0.0…'
 */
export function createPerspectiveApi(options: PerspectiveOptions = {}): PerspectiveApi {
  return new WireApi(checkOptions(options, perspectiveOptionChecks));
}

/** What an operation gives: a body, and the id of the model that judged. */
interface Result {
  readonly body: object;
  readonly model?: string;
}

class WireApi implements PerspectiveApi {
  readonly #options: PerspectiveOptions;
  readonly #classifier: Classifier;
  readonly #ownsClassifier: boolean;
  readonly #keys: Keys;
  readonly #feedback: Feedback | undefined;
  readonly #gate: Gate;
  readonly #warn = createWarner();
  #detector: LanguageDetector | undefined;

  constructor(options: PerspectiveOptions) {
    const { classifier = {}, keys, feedback, maxConcurrent = 16, maxQueued = 1_000 } = options;
    this.#options = options;
    this.#ownsClassifier = !isClassifier(classifier);
    this.#classifier = isClassifier(classifier) ? classifier : createClassifier(classifier);
    this.#keys = new Keys(keys);
    this.#feedback = feedback && new Feedback(feedback);
    this.#gate = new Gate(maxConcurrent, maxQueued);
  }

  async ready(): Promise<ModelInfo> {
    const info = await this.#classifier.ready();
    await this.#detectorOf(info);
    return info;
  }

  async close(): Promise<void> {
    if (this.#ownsClassifier) await this.#classifier.close();
  }

  async answer(
    request: PerspectiveRequest,
    { signal }: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<PerspectiveAnswer> {
    const indent = textOf(request.query, 'prettyPrint') === 'true' ? 2 : 0;
    const headers = { 'Cache-Control': 'no-store', 'Content-Type': 'application/json; charset=UTF-8' };
    try {
      const { body, model } = await this.#run(request, signal);
      const named = model === undefined ? headers : { ...headers, 'Toxicity-Model': model };
      return { status: 200, headers: named, body: JSON.stringify(body, null, indent) };
    } catch (thrown) {
      const { body } = toPerspectiveError(thrown, this.#warn);
      return { status: body.error.code, headers, body: JSON.stringify(body, null, indent) };
    }
  }

  async #run(request: PerspectiveRequest, outer: AbortSignal | undefined): Promise<Result> {
    const { operation, body, bodyMissing, query } = request;
    this.#keys.check(request, operation === 'discovery');
    if (operation === 'discovery') {
      const rootUrl = this.#options.rootUrl ?? request.rootUrl;
      return { body: discoveryDocument(rootUrl, textOf(query, 'version')) };
    }
    if (bodyMissing !== undefined) throw missingBody(bodyMissing);
    const read = operation === 'analyze' ? readAnalysis(body) : readSuggestion(body);
    return await withDeadline(this.#options.deadlineMs ?? 1_000, outer, (signal) =>
      this.#gate.run(signal, () => ('scores' in read ? this.#suggest(read) : this.#analyze(read, signal))),
    );
  }

  async #analyze(analysis: Analysis, signal: AbortSignal): Promise<Result> {
    const { unsupportedAttributes, unsupportedLanguages } = this.#options;
    const info = await this.#classifier.ready();
    const scorer = {
      classifier: this.#classifier,
      detector: await this.#detectorOf(info),
      rejectAt: info.thresholds.reject,
      unsupportedAttributes,
      unsupportedLanguages,
    };
    return await analyze(analysis, scorer, signal);
  }

  async #suggest(suggestion: Suggestion): Promise<Result> {
    const { text, scores, doNotStore, languages, clientToken } = suggestion;
    const { detected } = languagesOf(suggestion, await this.#detectorOf(await this.#classifier.ready()));
    if (!doNotStore) await this.#keep(text, scores);
    const requestedLanguages = languages.length > 0 ? languages : undefined;
    return { body: { clientToken, detectedLanguages: detected, requestedLanguages } };
  }

  async #keep(text: string, scores: Suggestion['scores']): Promise<void> {
    try {
      await this.#feedback?.keep(text, labelsOf(scores));
    } catch (error) {
      this.#warn(`The store of \`feedback\` ${describe(error)}. The suggestion was answered with 503.`);
      throw unavailable();
    }
  }

  async #detectorOf({ languages = MODEL_LANGUAGES }: ModelInfo): Promise<LanguageDetector> {
    if (this.#detector?.languages === languages) return this.#detector;
    this.#detector = new LanguageDetector(await loadNgrams(), languages);
    return this.#detector;
  }
}
