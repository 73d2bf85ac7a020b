import { once } from 'node:events';
import { Agent, request as open } from 'node:http';
import { text } from 'node:stream/consumers';

/** Clients that send one request after the other until they are told to stop. */
export interface Load {
  /** How many requests have been answered with 200. */
  answered(): number;
  /** What went wrong, a line each. */
  readonly failures: string[];
  /** Which models judged. */
  readonly models: ReadonlySet<string>;
  stop(): Promise<void>;
}

/**
 * Starts clients that keep their connections, and close them when the server says so, as HTTP asks.
 *
 * @param body what each posts to `/predict`; without it, each gets `/predict?text=`.
 */
export function startLoad(url: string, clients: number, body?: unknown): Load {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const failures: string[] = [];
  const models = new Set<string>();
  let answered = 0;
  let isRunning = true;

  async function ask(number: number): Promise<void> {
    const path = body === undefined ? `/predict?text=have+a+good+day+${number}` : '/predict';
    const headers = body === undefined ? {} : { 'Content-Type': 'application/json' };
    const request = open(url + path, { agent, method: body === undefined ? 'GET' : 'POST', headers });
    request.end(body === undefined ? undefined : JSON.stringify(body));
    const [response] = await once(request, 'response');
    const answer = await text(response);
    if (response.statusCode !== 200) failures.push(`${response.statusCode} ${answer}`);
    else if (!/^\{"predictions?":/.test(answer)) failures.push(answer);
    else {
      for (const [, model] of answer.matchAll(/"model":"([^"]+)"/g)) models.add(model as string);
      answered++;
    }
  }

  const running = Array.from({ length: clients }, async (_, client) => {
    for (let count = 0; isRunning; count++) {
      await ask(client * 1e6 + count).catch((error) => failures.push(String(error)));
    }
  });
  return {
    answered: () => answered,
    failures,
    models,
    async stop() {
      isRunning = false;
      await Promise.all(running);
      agent.destroy();
    },
  };
}
