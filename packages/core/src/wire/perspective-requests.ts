import type { Label } from '../labels.js';
import { aCommunity } from '../overlay/entry.js';
import { LABEL_OF_ATTRIBUTE, OTHER_ATTRIBUTES } from './perspective-attributes.js';
import { refused, shownName } from './perspective-error.js';
import { isVerdict } from './perspective-feedback.js';
import { readMessage } from './perspective-message.js';

/** Bytes of UTF-8. */
const LONGEST_COMMENT = 20_480;

interface TextEntry {
  readonly text?: string;
  readonly type?: string;
}

interface Score {
  readonly value?: number;
  readonly type?: string;
}

interface AttributeScores {
  readonly summaryScore?: Score;
  readonly spanScores?: readonly { readonly begin?: number; readonly end?: number; readonly score?: Score }[];
}

/** What both requests have. */
interface Message {
  readonly comment?: TextEntry;
  readonly context?: { readonly entries?: unknown; readonly articleAndParentComment?: unknown };
  readonly languages?: readonly string[];
  readonly clientToken?: string;
  readonly communityId?: string;
  readonly doNotStore?: boolean;
}

/** An attribute that is asked for. */
export interface RequestedAttribute {
  readonly name: string;
  /** `undefined` where this package does not have it. */
  readonly label: Label | undefined;
  readonly threshold: number;
}

/** What both requests come to. */
export interface Comment {
  readonly text: string;
  /** Empty where the language is to be detected. */
  readonly languages: readonly string[];
  readonly clientToken: string | undefined;
}

/** A comment to score. */
export interface Analysis extends Comment {
  /** Whose own words count beside the site's. */
  readonly community: string | undefined;
  readonly attributes: readonly RequestedAttribute[];
  readonly spanAnnotations: boolean;
  readonly dropUnsupported: boolean;
}

/** A comment and the scores that somebody finds right. */
export interface Suggestion extends Comment {
  readonly scores: readonly (readonly [name: string, score: number])[];
  readonly doNotStore: boolean;
}

/** @throws {PerspectiveError} where the body is no such request. */
export function readAnalysis(body: unknown): Analysis {
  const message = readMessage(body, 'AnalyzeCommentRequest') as Message & {
    requestedAttributes?: ReadonlyMap<string, { scoreType?: string; scoreThreshold?: number }>;
    spanAnnotations?: boolean;
    dropUnsupportedAttributes?: boolean;
  };
  const comment = readComment(message);
  const {
    requestedAttributes = new Map(),
    communityId,
    spanAnnotations,
    dropUnsupportedAttributes,
  } = message;
  if (requestedAttributes.size === 0) {
    throw refused('NO_REQUESTED_ATTRIBUTES', 'Missing requested_attributes');
  }
  const attributes = Array.from(requestedAttributes, ([name, { scoreType, scoreThreshold }]) => {
    throwIfUnknown(name);
    throwIfNoProbability(name, scoreType);
    const threshold = scoreThreshold ?? Number.NEGATIVE_INFINITY;
    return { name, label: LABEL_OF_ATTRIBUTE.get(name), threshold };
  });
  return {
    ...comment,
    attributes,
    community: communityOf(communityId),
    spanAnnotations: spanAnnotations === true,
    dropUnsupported: dropUnsupportedAttributes === true,
  };
}

/** @throws {PerspectiveError} where the body is no such request. */
export function readSuggestion(body: unknown): Suggestion {
  const message = readMessage(body, 'SuggestCommentScoreRequest') as Message & {
    attributeScores?: ReadonlyMap<string, AttributeScores>;
  };
  const comment = readComment(message);
  const { attributeScores = new Map<string, AttributeScores>(), doNotStore } = message;
  if (attributeScores.size === 0) throw refused('INVALID_REQUEST', 'Missing attribute_scores');
  const scores = Array.from(attributeScores, ([name, given]) => {
    if (!isVerdict(name)) throwIfUnknown(name);
    return [name, scoreOf(name, given)] as const;
  });
  return { ...comment, scores, doNotStore: doNotStore === true };
}

function readComment({ comment, context, languages = [], clientToken }: Message): Comment {
  const { text = '', type = 'PLAIN_TEXT' } = comment ?? {};
  if (text === '') throw refused('COMMENT_EMPTY', 'Comment must be non-empty.');
  if (Buffer.byteLength(text) > LONGEST_COMMENT) {
    throw refused('COMMENT_TOO_LONG', 'Comment text too long.');
  }
  if (type === 'HTML') {
    throw refused('INVALID_REQUEST', "Currently, only 'PLAIN_TEXT' comments are supported");
  }
  if (!['PLAIN_TEXT', 'TEXT_TYPE_UNSPECIFIED'].includes(type)) {
    throw refused('INVALID_REQUEST', 'Unknown text type');
  }
  if (context?.entries !== undefined && context.articleAndParentComment !== undefined) {
    throw refused(
      'INVALID_REQUEST',
      'Context can have either entries or article_and_parent_comment, but both fields were populated.',
    );
  }
  return { text, languages, clientToken };
}

/** What cannot be the id of a community has no words of its own. */
function communityOf(id: string | undefined): string | undefined {
  try {
    return aCommunity(id, 'communityId');
  } catch {
    return undefined;
  }
}

/** The score of the whole comment, or where there is none the highest of its parts. */
function scoreOf(name: string, { summaryScore, spanScores = [] }: AttributeScores): number {
  if (spanScores.some(({ begin, end }) => begin === undefined || end === undefined)) {
    throw refused('INVALID_REQUEST', `Span scores of attribute ${shownName(name)} must have begin and end`);
  }
  const all = [summaryScore, ...spanScores.map(({ score }) => score ?? {})].filter(
    (score) => score !== undefined,
  );
  for (const { type, value } of all) {
    throwIfNoProbability(name, type);
    if (value === undefined || value < 0 || value > 1) {
      throw refused('INVALID_REQUEST', `Scores of attribute ${shownName(name)} must be set, between 0 and 1`);
    }
  }
  if (all.length === 0) {
    throw refused('INVALID_REQUEST', `Missing scores of attribute ${shownName(name)}`);
  }
  return summaryScore?.value ?? Math.max(...all.map(({ value }) => value as number));
}

function throwIfUnknown(name: string): void {
  if (LABEL_OF_ATTRIBUTE.has(name) || OTHER_ATTRIBUTES.has(name)) return;
  throw refused('INVALID_REQUEST', `Unknown requested attribute: ${shownName(name)}`);
}

function throwIfNoProbability(name: string, type = 'PROBABILITY'): void {
  if (type === 'PROBABILITY' || type === 'SCORE_TYPE_UNSPECIFIED') return;
  throw refused(
    'INVALID_REQUEST',
    `Requested score type ${shownName(type)} is not supported by attribute ${shownName(name)}`,
  );
}
