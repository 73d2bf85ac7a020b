import { fail } from '../check.js';
import { PerspectiveError } from './perspective-error.js';
import { MESSAGES } from './perspective-schemas.js';

const VERSION = 'v1alpha1';

/**
 * The discovery document of the interface (Google's format of 2011), by which its client libraries build their
 * methods.
 *
 * @param rootUrl the address that the paths of the interface are below.
 * @throws {PerspectiveError} 404 for another version, 400 where the address is none.
 */
export function discoveryDocument(rootUrl: string | undefined, version = VERSION): object {
  if (version !== VERSION) {
    throw new PerspectiveError(404, 'NOT_FOUND', 'Discovery document not found for this version.');
  }
  const root = addressOf(rootUrl);
  if (root === null) {
    throw new PerspectiveError(
      400,
      'INVALID_ARGUMENT',
      'The request does not tell the address of the server.',
    );
  }
  return {
    kind: 'discovery#restDescription',
    discoveryVersion: 'v1',
    id: `commentanalyzer:${VERSION}`,
    name: 'commentanalyzer',
    version: VERSION,
    title: 'Comment analysis by toxicity-guard',
    description: `The Perspective API as toxicity-guard answers it at ${root}`,
    protocol: 'rest',
    rootUrl: root,
    servicePath: '',
    basePath: '',
    baseUrl: root,
    batchPath: 'batch',
    parameters: {
      key: query('string', 'A key, where the server asks for one.'),
      prettyPrint: query('boolean', 'Whether the answer has line breaks. Default: false.'),
      alt: query('string', 'The format of the answer, which is always json.'),
      fields: query('string', 'It is taken and not used.'),
      quotaUser: query('string', 'It is taken and not used.'),
      '$.xgafv': query('string', 'It is taken and not used.'),
    },
    schemas: MESSAGES,
    resources: {
      comments: {
        methods: {
          analyze: method('analyze', 'AnalyzeComment', 'Scores a comment.'),
          suggestscore: method('suggestscore', 'SuggestCommentScore', 'Says which scores would be right.'),
        },
      },
    },
  };
}

/** The check of an address of a server; it gets a slash at its end. */
export function aRootUrl(value: unknown, path: string): string {
  return addressOf(value) ?? fail(path, 'be an address that begins with http:// or https://', value);
}

function addressOf(value: unknown): string | null {
  if (typeof value !== 'string' || !URL.canParse(value)) return null;
  const { protocol, origin, pathname } = new URL(value);
  if (protocol !== 'http:' && protocol !== 'https:') return null;
  return `${origin}${pathname}${pathname.endsWith('/') ? '' : '/'}`;
}

function query(type: 'string' | 'boolean', description: string): object {
  return { location: 'query', type, description };
}

function method(name: string, message: string, description: string): object {
  const path = `${VERSION}/comments:${name}`;
  return {
    id: `commentanalyzer.comments.${name}`,
    path,
    flatPath: path,
    httpMethod: 'POST',
    description,
    parameters: {},
    parameterOrder: [],
    request: { $ref: `${message}Request` },
    response: { $ref: `${message}Response` },
  };
}
