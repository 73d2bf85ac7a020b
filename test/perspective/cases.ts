import type { PerspectiveOptions } from '@toxicity-guard/core';

/** A request to the API and the answer that it must get, whatever carries it. */
export interface Case {
  readonly name: string;
  /** Default: analyze. */
  readonly operation?: 'analyze' | 'suggestscore';
  readonly options?: PerspectiveOptions;
  /** Sent as JSON; a string or bytes as they are. */
  readonly body?: unknown;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Default 200. */
  readonly status?: number;
  /** The whole body of the answer. */
  readonly answer: unknown;
}

const PROBABILITY = 'PROBABILITY';
const KEY = 'a key of ours';
const score = (value: number) => ({ value, type: PROBABILITY });
const span = (begin: number, end: number, value: number) => ({ begin, end, score: score(value) });
/** One attribute with one span over the whole text. */
const whole = (end: number, value: number) => ({
  spanScores: [span(0, end, value)],
  summaryScore: score(value),
});
const comment = (text: string, more: object = {}) => ({
  comment: { text },
  requestedAttributes: { TOXICITY: {} },
  ...more,
});
const english = { languages: ['en'], detectedLanguages: ['en'] };
const scored = (text: string, value: number, more: object = {}) => ({
  attributeScores: { TOXICITY: whole(text.length, value) },
  ...english,
  ...more,
});

const TYPE = 'type.googleapis.com/google.commentanalyzer.v1alpha1.Error';
const error = (code: number, status: string, message: string, details?: readonly object[]) => ({
  error: { code, message, status, ...(details && { details }) },
});
const refused = (errorType: string, message: string) =>
  error(400, 'INVALID_ARGUMENT', message, [{ '@type': TYPE, errorType }]);
const unsupported = (
  message: string,
  attributes: readonly string[],
  languages: Readonly<Record<string, readonly string[]>>,
) =>
  error(
    400,
    'INVALID_ARGUMENT',
    message,
    attributes.map((attribute) => ({
      '@type': TYPE,
      errorType: 'LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE',
      languageNotSupportedByAttributeError: { ...languages, attribute },
    })),
  );
const violations = (...found: readonly { field?: string; description: string }[]) =>
  error(400, 'INVALID_ARGUMENT', found.map(({ description }) => description).join('\n'), [
    { '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations: found },
  ]);
const noField = (name: string, field?: string) => ({
  ...(field !== undefined && { field }),
  description: `Invalid JSON payload received. Unknown name "${name}"${field === undefined ? '' : ` at '${field}'`}: Cannot find field.`,
});
const wrong = (field: string, type: string) => ({
  field,
  description: `Invalid value at '${field}' (${type})`,
});

const CALM = 'What a calm day.';
const FRENCH = 'Je ne suis pas du tout d’accord avec toi sur ce point';

/** Scores of a word: `RUDE` 0.6 of toxic, `REFUSE` 0.95 of toxic and 0.92 of insult, any other 0. */
export const CASES: readonly Case[] = [
  // What is asked and scored.
  { name: 'scores a comment', body: comment('RUDE'), answer: scored('RUDE', 0.6) },
  { name: 'scores a harmless comment', body: comment(CALM), answer: scored(CALM, 0) },
  {
    name: 'answers for all six attributes, in the order of the request',
    body: comment('REFUSE', {
      requestedAttributes: {
        INSULT: {},
        TOXICITY: {},
        SEVERE_TOXICITY: {},
        IDENTITY_ATTACK: {},
        PROFANITY: {},
        THREAT: {},
      },
    }),
    answer: {
      attributeScores: {
        INSULT: whole(6, 0.92),
        TOXICITY: whole(6, 0.95),
        SEVERE_TOXICITY: whole(6, 0),
        IDENTITY_ATTACK: whole(6, 0),
        PROFANITY: whole(6, 0),
        THREAT: whole(6, 0),
      },
      ...english,
    },
  },
  {
    name: 'knows the experimental names and the others of the same meaning',
    body: comment('REFUSE', {
      requestedAttributes: {
        TOXICITY_EXPERIMENTAL: {},
        TOXICITY_FAST: {},
        SEVERE_TOXICITY_EXPERIMENTAL: {},
        PROFANITY_EXPERIMENTAL: {},
        OBSCENE: {},
        THREAT_EXPERIMENTAL: {},
        INSULT_EXPERIMENTAL: {},
        IDENTITY_ATTACK_EXPERIMENTAL: {},
      },
    }),
    answer: {
      attributeScores: {
        TOXICITY_EXPERIMENTAL: whole(6, 0.95),
        TOXICITY_FAST: whole(6, 0.95),
        SEVERE_TOXICITY_EXPERIMENTAL: whole(6, 0),
        PROFANITY_EXPERIMENTAL: whole(6, 0),
        OBSCENE: whole(6, 0),
        THREAT_EXPERIMENTAL: whole(6, 0),
        INSULT_EXPERIMENTAL: whole(6, 0.92),
        IDENTITY_ATTACK_EXPERIMENTAL: whole(6, 0),
      },
      ...english,
    },
  },
  {
    name: 'takes every field of a request',
    body: {
      comment: { text: CALM, type: 'PLAIN_TEXT' },
      context: { entries: [{ text: 'The comment before.', type: 'PLAIN_TEXT' }] },
      requestedAttributes: { TOXICITY: { scoreType: PROBABILITY, scoreThreshold: 0 } },
      spanAnnotations: false,
      languages: ['en'],
      doNotStore: true,
      clientToken: 'a token',
      sessionId: 'a session',
      communityId: 'a community',
      dropUnsupportedAttributes: false,
    },
    answer: scored(CALM, 0, { clientToken: 'a token' }),
  },
  {
    name: 'takes an article and a comment above as context',
    body: comment(CALM, {
      context: { articleAndParentComment: { article: { text: 'News.' }, parentComment: { text: 'Yes.' } } },
    }),
    answer: scored(CALM, 0),
  },
  {
    name: 'takes names with underscores, as protocol buffers do',
    body: { comment: { text: 'RUDE' }, requested_attributes: { TOXICITY: { score_threshold: 0.1 } } },
    answer: scored('RUDE', 0.6),
  },
  {
    name: 'takes null for absent',
    body: comment('RUDE', { languages: null, context: null, clientToken: null }),
    answer: scored('RUDE', 0.6),
  },
  {
    name: 'takes null for the parameters of an attribute',
    body: comment('RUDE', { requestedAttributes: { TOXICITY: null } }),
    answer: scored('RUDE', 0.6),
  },
  {
    name: 'takes one language for a list of one',
    body: comment('RUDE', { languages: 'en' }),
    answer: scored('RUDE', 0.6),
  },
  {
    name: 'takes numbers and truth values as texts',
    body: comment('RUDE', {
      requestedAttributes: { TOXICITY: { scoreThreshold: '0.5' } },
      doNotStore: 'true',
    }),
    answer: scored('RUDE', 0.6),
  },
  {
    name: 'takes the number of a type for its name',
    body: { comment: { text: 'RUDE', type: 1 }, requestedAttributes: { TOXICITY: {} } },
    answer: scored('RUDE', 0.6),
  },
  {
    name: 'takes types that are left open',
    body: {
      comment: { text: 'RUDE', type: 'TEXT_TYPE_UNSPECIFIED' },
      requestedAttributes: { TOXICITY: { scoreType: 'SCORE_TYPE_UNSPECIFIED' } },
    },
    answer: scored('RUDE', 0.6),
  },
  {
    name: "ignores the parameters that all of Google's interfaces have",
    query: 'alt=json&fields=attributeScores&quotaUser=somebody&%24.xgafv=2&callback=f&key=any',
    body: comment('RUDE'),
    answer: scored('RUDE', 0.6),
  },
  {
    name: 'reads JSON that announces itself as text, as browsers send a string',
    headers: { 'content-type': 'text/plain;charset=UTF-8' },
    body: JSON.stringify(comment('RUDE')),
    answer: scored('RUDE', 0.6),
  },
  {
    name: 'reads JSON that announces itself as a form, as curl sends it',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: JSON.stringify(comment('RUDE')),
    answer: scored('RUDE', 0.6),
  },
  {
    name: 'reads JSON with a charset and a byte order mark',
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: `\uFEFF${JSON.stringify(comment('RUDE'))}`,
    answer: scored('RUDE', 0.6),
  },
  // Thresholds.
  {
    name: 'leaves out an attribute below its threshold',
    body: comment('RUDE', { requestedAttributes: { TOXICITY: { scoreThreshold: 0.61 }, INSULT: {} } }),
    answer: { attributeScores: { INSULT: whole(4, 0) }, ...english },
  },
  {
    name: 'keeps an attribute at its threshold',
    body: comment('RUDE', { requestedAttributes: { TOXICITY: { scoreThreshold: 0.6 } } }),
    answer: scored('RUDE', 0.6),
  },
  {
    name: 'leaves out the scores where all are below their thresholds',
    body: comment(CALM, { requestedAttributes: { TOXICITY: { scoreThreshold: 0.1 } } }),
    answer: english,
  },
  // Spans.
  {
    name: 'scores each sentence where that is asked',
    body: comment('Have a nice day. You are RUDE!  REFUSE?', { spanAnnotations: true }),
    answer: {
      attributeScores: {
        TOXICITY: {
          spanScores: [span(0, 16, 0), span(17, 30, 0.6), span(32, 39, 0.95)],
          summaryScore: score(0.95),
        },
      },
      ...english,
    },
  },
  {
    name: 'counts UTF-16 code units',
    body: comment('😀😀 fine. RUDE 😀 x!', { spanAnnotations: true }),
    answer: {
      attributeScores: {
        TOXICITY: { spanScores: [span(0, 10, 0), span(11, 21, 0.6)], summaryScore: score(0.6) },
      },
      ...english,
    },
  },
  {
    name: 'gives one span of a comment of one sentence',
    body: comment(' RUDE ', { spanAnnotations: true }),
    answer: {
      attributeScores: { TOXICITY: { spanScores: [span(1, 5, 0.6)], summaryScore: score(0.6) } },
      ...english,
    },
  },
  {
    name: 'gives one span of white space',
    body: comment(' \n\t ', { spanAnnotations: true }),
    answer: scored(' \n\t ', 0),
  },
  {
    name: 'scores half a surrogate pair like any character',
    body: '{"comment":{"text":"\\ud83d RUDE"},"requestedAttributes":{"TOXICITY":{}}}',
    answer: scored('\ud83d RUDE', 0.6),
  },
  // Languages.
  {
    name: 'says the language that it was told',
    body: comment('RUDE', { languages: ['en-GB'] }),
    answer: scored('RUDE', 0.6, { languages: ['en-GB'] }),
  },
  {
    name: 'detects the language where the list is empty',
    body: comment(CALM, { languages: [] }),
    answer: scored(CALM, 0),
  },
  {
    name: 'refuses a language that it is told',
    body: comment(CALM, { languages: ['fr'] }),
    status: 400,
    answer: unsupported('Attribute TOXICITY does not support request languages: fr', ['TOXICITY'], {
      requestedLanguages: ['fr'],
    }),
  },
  {
    name: 'refuses all attributes in a language, each in a detail of its own, and names no known language',
    body: comment(CALM, {
      languages: ['en', 'hi-Latn', 'no tag'],
      requestedAttributes: { TOXICITY: {}, THREAT: {} },
    }),
    status: 400,
    answer: unsupported(
      'Attribute TOXICITY does not support request languages: hi-Latn, …',
      ['TOXICITY', 'THREAT'],
      {
        requestedLanguages: ['hi-Latn', '…'],
      },
    ),
  },
  {
    name: 'refuses a language that it detects',
    body: comment(FRENCH),
    status: 400,
    answer: unsupported('Attribute TOXICITY does not support request languages: fr', ['TOXICITY'], {
      detectedLanguages: ['fr'],
    }),
  },
  {
    name: 'scores what would be refused, though foreign words stand around it',
    body: comment(`${FRENCH} REFUSE`),
    answer: scored(`${FRENCH} REFUSE`, 0.95, { languages: ['fr'], detectedLanguages: ['fr'] }),
  },
  {
    name: 'believes a language that it is told, and says what it detects',
    body: comment(FRENCH, { languages: ['en'] }),
    answer: scored(FRENCH, 0, { detectedLanguages: ['fr'] }),
  },
  {
    name: 'scores other languages where the server says so',
    options: { unsupportedLanguages: 'judge' },
    body: comment('RUDE', { languages: ['fr'] }),
    answer: scored('RUDE', 0.6, { languages: ['fr'] }),
  },
  {
    name: 'leaves out what it cannot score in a language where the request says so',
    body: comment('REFUSE', { languages: ['fr'], dropUnsupportedAttributes: true }),
    answer: { languages: ['fr'], detectedLanguages: ['en'] },
  },
  // Attributes.
  {
    name: 'refuses an attribute that only Google has as one that does not have the language',
    body: comment('RUDE', {
      languages: ['en'],
      requestedAttributes: { TOXICITY: {}, SPAM: {}, FLIRTATION: {} },
    }),
    status: 400,
    answer: unsupported('Attribute SPAM does not support request languages: en', ['SPAM', 'FLIRTATION'], {
      requestedLanguages: ['en'],
    }),
  },
  {
    name: 'leaves such an attribute out where the request says so',
    body: comment('RUDE', {
      requestedAttributes: { TOXICITY: {}, SEXUALLY_EXPLICIT: {} },
      dropUnsupportedAttributes: true,
    }),
    answer: scored('RUDE', 0.6),
  },
  {
    name: 'leaves such an attribute out where the server says so',
    options: { unsupportedAttributes: 'drop' },
    body: comment('RUDE', { requestedAttributes: { TOXICITY: {}, SEXUALLY_EXPLICIT: {} } }),
    answer: scored('RUDE', 0.6),
  },
  {
    name: 'refuses a language all the same where the server drops attributes',
    options: { unsupportedAttributes: 'drop' },
    body: comment(CALM, { languages: ['de'] }),
    status: 400,
    answer: unsupported('Attribute TOXICITY does not support request languages: de', ['TOXICITY'], {
      requestedLanguages: ['de'],
    }),
  },
  {
    name: 'refuses an attribute that nobody has, under every option',
    options: { unsupportedAttributes: 'drop' },
    body: comment('RUDE', { requestedAttributes: { TOXICTY: {} }, dropUnsupportedAttributes: true }),
    status: 400,
    answer: refused('INVALID_REQUEST', 'Unknown requested attribute: TOXICTY'),
  },
  {
    name: 'takes no name of a prototype for an attribute',
    body: '{"comment":{"text":"x"},"requestedAttributes":{"__proto__":{}}}',
    status: 400,
    answer: refused('INVALID_REQUEST', 'Unknown requested attribute: __proto__'),
  },
  {
    name: 'says no name again that may be a text',
    body: comment('RUDE', { requestedAttributes: { 'how is this': {} } }),
    status: 400,
    answer: refused('INVALID_REQUEST', 'Unknown requested attribute: …'),
  },
  {
    name: 'refuses scores of another type',
    body: comment('RUDE', { requestedAttributes: { TOXICITY: { scoreType: 'PERCENTILE' } } }),
    status: 400,
    answer: refused(
      'INVALID_REQUEST',
      'Requested score type PERCENTILE is not supported by attribute TOXICITY',
    ),
  },
  {
    name: 'refuses a request for no attribute',
    body: comment('RUDE', { requestedAttributes: {} }),
    status: 400,
    answer: refused('NO_REQUESTED_ATTRIBUTES', 'Missing requested_attributes'),
  },
  // Texts.
  {
    name: 'refuses an empty comment',
    body: comment(''),
    status: 400,
    answer: refused('COMMENT_EMPTY', 'Comment must be non-empty.'),
  },
  {
    name: 'refuses a request without a body, as some clients try their key',
    status: 400,
    answer: refused('COMMENT_EMPTY', 'Comment must be non-empty.'),
  },
  {
    name: 'takes 20,480 bytes',
    body: comment('é'.repeat(10_240)),
    answer: scored('é'.repeat(10_240), 0),
  },
  {
    name: 'refuses more',
    body: comment(`${'é'.repeat(10_240)}.`),
    status: 400,
    answer: refused('COMMENT_TOO_LONG', 'Comment text too long.'),
  },
  {
    name: 'refuses HTML',
    body: { comment: { text: '<p>hm</p>', type: 'HTML' }, requestedAttributes: { TOXICITY: {} } },
    status: 400,
    answer: refused('INVALID_REQUEST', "Currently, only 'PLAIN_TEXT' comments are supported"),
  },
  {
    name: 'refuses another type of text',
    body: { comment: { text: 'hm', type: 'MARKDOWN' }, requestedAttributes: { TOXICITY: {} } },
    status: 400,
    answer: refused('INVALID_REQUEST', 'Unknown text type'),
  },
  {
    name: 'refuses two kinds of context',
    body: comment('hm', { context: { entries: [], articleAndParentComment: {} } }),
    status: 400,
    answer: refused(
      'INVALID_REQUEST',
      'Context can have either entries or article_and_parent_comment, but both fields were populated.',
    ),
  },
  // Bodies that are no message.
  {
    name: 'refuses what is no JSON, and quotes nothing of it',
    body: '{"comment":{"text":"a secret"',
    status: 400,
    answer: violations({ description: 'Invalid JSON payload received. Unexpected token.' }),
  },
  {
    name: 'refuses a body that is a list',
    body: [comment('hm')],
    status: 400,
    answer: violations({
      description: 'Invalid JSON payload received. Unknown name "": Root element must be a message.',
    }),
  },
  {
    name: 'refuses names that it does not know, all at once',
    body: { ...comment('hm'), texts: 1, comment: { text: 'hm', language: 'en' } },
    status: 400,
    answer: violations(noField('language', 'comment'), noField('texts')),
  },
  {
    name: 'says no unknown name again that may be a text',
    body: { 'a secret of mine': 1 },
    status: 400,
    answer: violations(noField('…')),
  },
  {
    name: 'refuses values of another type, and says none of them again',
    body: {
      comment: { text: 12 },
      context: { entries: [{}, 'no entry'] },
      requestedAttributes: { TOXICITY: { scoreThreshold: 'high' } },
      spanAnnotations: 'maybe',
      languages: [7],
    },
    status: 400,
    answer: violations(
      wrong('comment.text', 'TYPE_STRING'),
      wrong('context.entries[1]', 'type.googleapis.com/google.commentanalyzer.v1alpha1.TextEntry'),
      wrong('requested_attributes[0].value.score_threshold', 'TYPE_FLOAT'),
      wrong('span_annotations', 'TYPE_BOOL'),
      wrong('languages[0]', 'TYPE_STRING'),
    ),
  },
  {
    name: 'refuses a comment that is a text',
    body: { ...comment('hm'), comment: 'hm' },
    status: 400,
    answer: violations(wrong('comment', 'type.googleapis.com/google.commentanalyzer.v1alpha1.TextEntry')),
  },
  {
    name: 'refuses a list where there can be one value',
    body: { ...comment('hm'), comment: { text: ['hm'] } },
    status: 400,
    answer: violations({
      field: 'comment',
      description:
        'Invalid JSON payload received. Unknown name "text" at \'comment\': Proto field is not repeating, cannot start list.',
    }),
  },
  {
    name: 'refuses attributes that are a list',
    body: comment('hm', { requestedAttributes: ['TOXICITY'] }),
    status: 400,
    answer: violations({
      description:
        'Invalid JSON payload received. Unknown name "requestedAttributes": Proto field is not repeating, cannot start list.',
    }),
  },
  {
    name: 'names at most twenty faults',
    body: Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`name${index}`, 1])),
    status: 400,
    answer: violations(...Array.from({ length: 20 }, (_, index) => noField(`name${index}`))),
  },
  {
    name: 'refuses a body of more than a mebibyte',
    body: `{"comment":{"text":"${'x'.repeat(1_048_576)}"}}`,
    status: 400,
    answer: error(400, 'INVALID_ARGUMENT', 'Request payload size exceeds the limit: 1048576 bytes.'),
  },
  // Keys.
  {
    name: 'asks for a key where there are keys',
    options: { keys: [KEY] },
    body: comment('RUDE'),
    status: 403,
    answer: error(
      403,
      'PERMISSION_DENIED',
      "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of API consumer identity to call this API.",
    ),
  },
  {
    name: 'refuses another key, before it reads the body',
    options: { keys: ['another', KEY] },
    query: 'key=wrong',
    body: 'no JSON',
    status: 400,
    answer: error(400, 'INVALID_ARGUMENT', 'API key not valid. Please pass a valid API key.', [
      {
        '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
        reason: 'API_KEY_INVALID',
        domain: 'googleapis.com',
        metadata: { service: 'commentanalyzer.googleapis.com' },
      },
      {
        '@type': 'type.googleapis.com/google.rpc.LocalizedMessage',
        locale: 'en-US',
        message: 'API key not valid. Please pass a valid API key.',
      },
    ]),
  },
  {
    name: 'takes a key of the query',
    options: { keys: ['another', KEY] },
    query: `key=${encodeURIComponent(KEY)}`,
    body: comment('RUDE'),
    answer: scored('RUDE', 0.6),
  },
  {
    name: 'takes a key of the headers',
    options: { keys: [KEY] },
    headers: { 'x-goog-api-key': KEY },
    body: comment('RUDE'),
    answer: scored('RUDE', 0.6),
  },
  // Suggestions.
  {
    name: 'takes a suggestion',
    operation: 'suggestscore',
    body: {
      comment: { text: CALM },
      attributeScores: { TOXICITY: { summaryScore: { value: 0 } } },
      languages: ['en'],
      clientToken: 'a token',
      communityId: 'a community',
      sessionId: 'a session',
    },
    answer: { clientToken: 'a token', detectedLanguages: ['en'], requestedLanguages: ['en'] },
  },
  {
    name: 'takes a suggestion of a part, and of an attribute that only Google has',
    operation: 'suggestscore',
    body: {
      comment: { text: FRENCH },
      attributeScores: {
        SPAM: { summaryScore: { value: 1, type: PROBABILITY } },
        TOXICITY: { spanScores: [{ begin: 0, end: 2, score: { value: 1 } }] },
      },
    },
    answer: { detectedLanguages: ['fr'] },
  },
  {
    name: 'takes what a comment came to, as Coral says it',
    operation: 'suggestscore',
    body: { comment: { text: CALM }, attributeScores: { APPROVED: { summaryScore: { value: 1 } } } },
    answer: { detectedLanguages: ['en'] },
  },
  {
    name: 'refuses a suggestion without scores',
    operation: 'suggestscore',
    body: { comment: { text: CALM }, attributeScores: {} },
    status: 400,
    answer: refused('INVALID_REQUEST', 'Missing attribute_scores'),
  },
  {
    name: 'refuses a suggestion whose score is not set',
    operation: 'suggestscore',
    body: { comment: { text: CALM }, attributeScores: { TOXICITY: { summaryScore: {} } } },
    status: 400,
    answer: refused('INVALID_REQUEST', 'Scores of attribute TOXICITY must be set, between 0 and 1'),
  },
  {
    name: 'refuses a suggestion of an attribute without any score',
    operation: 'suggestscore',
    body: { comment: { text: CALM }, attributeScores: { TOXICITY: {} } },
    status: 400,
    answer: refused('INVALID_REQUEST', 'Missing scores of attribute TOXICITY'),
  },
  {
    name: 'refuses a suggestion of a part of no place',
    operation: 'suggestscore',
    body: { comment: { text: CALM }, attributeScores: { INSULT: { spanScores: [{ score: { value: 1 } }] } } },
    status: 400,
    answer: refused('INVALID_REQUEST', 'Span scores of attribute INSULT must have begin and end'),
  },
  {
    name: 'refuses a suggestion of an attribute that nobody has',
    operation: 'suggestscore',
    body: { comment: { text: CALM }, attributeScores: { constructor: { summaryScore: { value: 1 } } } },
    status: 400,
    answer: refused('INVALID_REQUEST', 'Unknown requested attribute: constructor'),
  },
  {
    name: 'does not take the fields of an analysis for those of a suggestion',
    operation: 'suggestscore',
    body: { comment: { text: CALM }, requestedAttributes: {} },
    status: 400,
    answer: violations(noField('requestedAttributes')),
  },
];
