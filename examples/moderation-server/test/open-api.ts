import { text as read } from 'node:stream/consumers';
import type { ReadableStream } from 'node:stream/web';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'vitest';

interface Operation {
  readonly responses: Record<string, { readonly content?: Record<string, { readonly schema: object }> }>;
}

/** The OpenAPI document of a running server, which answers are held to. */
export interface Contract {
  readonly document: { readonly paths: Record<string, Record<string, Operation>> };
  /** Checks an answer against what the document says of that operation and gives its body. */
  hold(operation: string, response: Response): Promise<unknown>;
  /** Which operations have been held to it, with their statuses. */
  readonly held: Set<string>;
}

export async function readContract(url: string): Promise<Contract> {
  const document = (await (await fetch(`${url}/openapi.json`)).json()) as Contract['document'];
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
  const held = new Set<string>();

  return {
    document,
    held,
    async hold(operation, response) {
      const [method = '', path = ''] = operation.split(' ');
      const documented = document.paths[path]?.[method.toLowerCase()]?.responses[response.status];
      expect(documented, `${operation} ${response.status}`).toBeDefined();
      const type = response.headers.get('content-type')?.split(';')[0] as string;
      const schema = documented?.content?.[type]?.schema;
      expect(schema, `${operation} ${response.status} ${type}`).toBeDefined();
      const text = await read(response.body as ReadableStream);
      const isLines = type === 'application/x-ndjson';
      const isJson = type.endsWith('json');
      const parts = isLines ? text.trimEnd().split('\n') : [text];
      const values = isLines || isJson ? parts.map((part) => JSON.parse(part) as unknown) : parts;
      const validate = ajv.compile(schema as object);
      for (const value of values) {
        validate(value);
        expect(validate.errors ?? [], `${operation} ${response.status}`).toEqual([]);
      }
      held.add(`${operation} ${response.status}`);
      return isLines ? values : values[0];
    },
  };
}
