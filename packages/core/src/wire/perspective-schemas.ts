/** The type of one field, in the words of a discovery document. */
export interface FieldSchema {
  readonly description?: string;
  readonly type?: 'string' | 'boolean' | 'number' | 'integer' | 'array' | 'object';
  readonly format?: 'float' | 'int32';
  readonly enum?: readonly string[];
  readonly items?: FieldSchema;
  /** A map from any name to such values. */
  readonly additionalProperties?: FieldSchema;
  /** The name of a message. */
  readonly $ref?: string;
}

/** A message of the interface. */
export interface MessageSchema {
  readonly id: string;
  readonly type: 'object';
  readonly description: string;
  readonly properties: Readonly<Record<string, FieldSchema>>;
}

const string = (description: string): FieldSchema => ({ type: 'string', description });
const boolean = (description: string): FieldSchema => ({ type: 'boolean', description });
const list = (items: FieldSchema, description: string): FieldSchema => ({
  type: 'array',
  items,
  description,
});
const mapOf = ($ref: string, description: string): FieldSchema => ({
  type: 'object',
  additionalProperties: { $ref },
  description,
});

const SCORE_TYPES = ['SCORE_TYPE_UNSPECIFIED', 'PROBABILITY', 'STD_DEV_SCORE', 'PERCENTILE', 'RAW'];
const scoreType: FieldSchema = { type: 'string', enum: SCORE_TYPES, description: 'Always PROBABILITY.' };

/** What both requests have. */
const ofBoth = {
  comment: { $ref: 'TextEntry', description: 'The comment.' },
  context: { $ref: 'Context', description: 'What the comment answers. It is taken and not used.' },
  languages: list({ type: 'string' }, 'The languages of the comment. Default: they are detected.'),
  clientToken: string('It comes back with the answer.'),
  sessionId: string('It is taken and not used.'),
  communityId: string('The community whose own words count, where the server has such.'),
  doNotStore: boolean('Whether to keep nothing of the request. Comments to analyze are never kept.'),
} satisfies MessageSchema['properties'];

const messages: Readonly<Record<string, Omit<MessageSchema, 'id' | 'type'>>> = {
  AnalyzeCommentRequest: {
    description: 'A comment and what is asked of it.',
    properties: {
      ...ofBoth,
      requestedAttributes: mapOf('AttributeParameters', 'The attributes to score, by name.'),
      spanAnnotations: boolean('Whether to score each sentence as well.'),
      dropUnsupportedAttributes: boolean('Whether attributes that cannot be had are left out of the answer.'),
    },
  },
  AnalyzeCommentResponse: {
    description: 'The scores of a comment.',
    properties: {
      attributeScores: mapOf('AttributeScores', 'The scores, by the names of the attributes.'),
      languages: list({ type: 'string' }, 'The languages of the request, or else the one detected.'),
      detectedLanguages: list({ type: 'string' }, 'The language that the text seems to be in.'),
      clientToken: string('As the request had it.'),
    },
  },
  ArticleAndParentComment: {
    description: 'What a comment answers.',
    properties: {
      article: { $ref: 'TextEntry', description: 'The article.' },
      parentComment: { $ref: 'TextEntry', description: 'The comment above.' },
    },
  },
  AttributeParameters: {
    description: 'How to score an attribute.',
    properties: {
      scoreType,
      scoreThreshold: { type: 'number', format: 'float', description: 'The least score to tell.' },
    },
  },
  AttributeScores: {
    description: 'The scores of one attribute.',
    properties: {
      summaryScore: { $ref: 'Score', description: 'That of the whole comment.' },
      spanScores: list({ $ref: 'SpanScore' }, 'Those of its parts.'),
    },
  },
  Context: {
    description: 'What a comment answers; one of its fields.',
    properties: {
      entries: list({ $ref: 'TextEntry' }, 'The texts before.'),
      articleAndParentComment: { $ref: 'ArticleAndParentComment', description: 'The texts above.' },
    },
  },
  Score: {
    description: 'A score.',
    properties: {
      value: { type: 'number', format: 'float', description: 'A probability, 0 to 1.' },
      type: scoreType,
    },
  },
  SpanScore: {
    description: 'The score of a part of a comment.',
    properties: {
      begin: { type: 'integer', format: 'int32', description: 'Its first UTF-16 code unit.' },
      end: { type: 'integer', format: 'int32', description: 'The UTF-16 code unit behind its last.' },
      score: { $ref: 'Score', description: 'The score.' },
    },
  },
  SuggestCommentScoreRequest: {
    description: 'A comment and the scores that somebody finds right.',
    properties: {
      ...ofBoth,
      attributeScores: mapOf('AttributeScores', 'The scores, by the names of the attributes; 0 or 1.'),
    },
  },
  SuggestCommentScoreResponse: {
    description: 'What a suggestion is answered with.',
    properties: {
      clientToken: string('As the request had it.'),
      detectedLanguages: list({ type: 'string' }, 'The language that the text seems to be in.'),
      requestedLanguages: list({ type: 'string' }, 'As the request had them.'),
    },
  },
  TextEntry: {
    description: 'A text.',
    properties: {
      text: string('At most 20,480 bytes of UTF-8.'),
      type: {
        type: 'string',
        enum: ['TEXT_TYPE_UNSPECIFIED', 'PLAIN_TEXT', 'HTML'],
        description: 'Always PLAIN_TEXT.',
      },
    },
  },
};

/** The messages of the interface: requests are read by them, and the discovery document shows them. */
export const MESSAGES: Readonly<Record<string, MessageSchema>> = Object.fromEntries(
  Object.entries(messages).map(([id, message]) => [id, { id, type: 'object', ...message }]),
);
