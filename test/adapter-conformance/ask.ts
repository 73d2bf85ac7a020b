import { type ClientRequest, request } from 'node:http';

export interface Question {
  /** Default: POST where there is something to send, otherwise GET. */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it stands, of type `type`. */
  readonly body?: string | Buffer;
  readonly type?: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** Asks a server, over a connection of its own, with no more headers than are told. */
export function ask(url: string, question: Question, patienceMs: number): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = send(url, question);
    asked.setTimeout(patienceMs, () => asked.destroy(new Error(`No answer within ${patienceMs} ms.`)));
    asked.once('error', reject);
    asked.once('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () => {
        const headers = Object.fromEntries(
          Object.entries(response.headers).map(([name, value]) => [name, String(value)]),
        );
        resolve({ status: response.statusCode ?? 0, headers, text: Buffer.concat(chunks).toString() });
      });
    });
  });
}

/** Sends a request whose answer nobody waits for, so that the caller can break it off with `destroy`. */
export function send(url: string, { method, headers, json, body, type }: Question): ClientRequest {
  const sent = json === undefined ? body : JSON.stringify(json);
  const isChunked = headers !== undefined && 'Transfer-Encoding' in headers;
  const contentType = json === undefined ? type : 'application/json';
  const asked = request(url, {
    method: method ?? (sent === undefined ? 'GET' : 'POST'),
    agent: false,
    headers: {
      ...(contentType !== undefined && { 'Content-Type': contentType }),
      ...(sent !== undefined && !isChunked && { 'Content-Length': Buffer.byteLength(sent) }),
      ...headers,
    },
  });
  asked.end(sent);
  return asked;
}
