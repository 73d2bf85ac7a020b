import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import {
  type Classification,
  type Classifier,
  type ClassifyOptions,
  createClassifier,
  createGuard,
  type Decision,
  type Guard,
  type GuardRequest,
  type ModelInfo,
} from '@toxicity-guard/core';
import { TOXICITY_OPTIONS } from './toxicity.module-definition.js';
import { checkModuleOptions, type RouteToxicity, type ToxicityModuleOptions } from './toxicity.options.js';

/** How the calls of a handler are judged. */
export interface RouteSettings extends Pick<ToxicityModuleOptions, 'skip'> {
  readonly guard: Guard;
}

const HINTS = {
  parser: "Let Nest parse it: leave its body parser on, and add others as with `app.useBodyParser('text')`.",
  upload:
    "Judge it after the interceptor that parses it, `@RejectToxic({ after: FileInterceptor('photo') })`; on Fastify register `@fastify/multipart` with `attachFieldsToBody: 'keyValues'`.",
};

/**
 * The classifier and the guards of an application, for guards and for use in code. What it made it closes when the
 * application has shut down.
 *
 * @example
 * constructor(@Inject(ToxicityService) private readonly toxicity: ToxicityService) {}
 * …
 * const { action } = await this.toxicity.judge({ body: { comment: 'Have a nice day' } }) // 'allow'
 */
@Injectable()
export class ToxicityService implements OnApplicationShutdown {
  private readonly options: ToxicityModuleOptions;
  private readonly classifier: Classifier;
  private readonly ownsClassifier: boolean;
  private readonly routes = new Map<RouteToxicity | undefined, RouteSettings>();

  constructor(@Inject(TOXICITY_OPTIONS) options: ToxicityModuleOptions) {
    this.options = checkModuleOptions(options);
    const { classifier: given = {} } = this.options;
    this.ownsClassifier = !('classify' in given);
    // One for all, or each handler that has options of its own would load a model.
    this.classifier = 'classify' in given ? given : createClassifier(given);
    this.settingsOf(undefined);
  }

  /**
   * Judges texts under the module's options. It does not reject: what keeps them from being judged is a decision too.
   *
   * @param options.signal Gives the judgement up.
   */
  judge(request: GuardRequest, options?: { readonly signal?: AbortSignal | undefined }): Promise<Decision> {
    return this.settingsOf(undefined).guard.judge(request, options);
  }

  /**
   * Scores one text.
   *
   * @throws {TypeError} when `text` is not a string.
   * @throws {ToxicityGuardError} `TEXT_TOO_LONG`, `MODEL_UNREADABLE`, `MODEL_INCOMPATIBLE`, `CLOSED`, `ABORTED`.
   */
  classify(text: string, options?: ClassifyOptions): Promise<Classification> {
    return this.classifier.classify(text, options);
  }

  /** Scores many texts; the answers keep their order. Throws as `classify` does. */
  classifyMany(texts: readonly string[], options?: ClassifyOptions): Promise<Classification[]> {
    return this.classifier.classifyMany(texts, options);
  }

  /** Loads the model, which otherwise waits for the first text. Rejects where it cannot be read. */
  ready(): Promise<ModelInfo> {
    return this.classifier.ready();
  }

  /** How a handler's calls are judged, by what its decorator left: its options laid over the module's. */
  settingsOf(route: RouteToxicity | undefined): RouteSettings {
    let settings = this.routes.get(route);
    if (settings === undefined) {
      const { skip, after: _after, ...options } = { ...this.options, ...route };
      settings = { skip, guard: createGuard({ ...options, classifier: this.classifier }, HINTS) };
      this.routes.set(route, settings);
    }
    return settings;
  }

  /** After the last request: the server has closed by then. */
  async onApplicationShutdown(): Promise<void> {
    await Promise.all(Array.from(this.routes.values(), ({ guard }) => guard.close()));
    if (this.ownsClassifier) await this.classifier.close();
  }
}
