import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { kerasFolder } from '../../packages/core/test/keras-network.js';
import { theirTensorFlow } from './their-tensorflow.js';

/** What a server was asked. */
export interface Asked {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: { signature_name?: string; instances: unknown[] };
}

/** Answers in the place of the model; `undefined` leaves the answer to it. */
export type Instead = (asked: Asked, response: ServerResponse) => unknown;

/**
 * A server that speaks TensorFlow Serving's REST predict around the SavedModel of `keras-networks`, and can be made to
 * fail as servers do.
 */
export class ModelServer {
  /** What is done with the next requests, one each; past them the model answers. */
  readonly instead: Instead[] = [];
  readonly asked: Asked[] = [];
  private server: Server | undefined;
  private port = 0;

  private constructor(private readonly predict: (instances: number[][]) => number[][]) {}

  static async start(): Promise<ModelServer> {
    const tf = theirTensorFlow();
    const model = await tf.node.loadSavedModel(kerasFolder('saved-model'));
    const server = new ModelServer((instances) => {
      const input = tf.tensor2d(instances, undefined, 'int32');
      const output = model.predict(input) as ReturnType<typeof tf.tensor2d>;
      try {
        return output.arraySync();
      } finally {
        tf.dispose([input, output]);
      }
    });
    await server.rise();
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/v1/models/comments`;
  }

  /** Listens, on the same port as before. */
  async rise(): Promise<void> {
    this.server = createServer((request, response) => {
      this.answer(request, response).catch((error: unknown) => response.destroy(error as Error));
    });
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = (this.server.address() as AddressInfo).port;
  }

  /** Breaks all connections and listens no more. */
  async die(): Promise<void> {
    const closed = once(this.server as Server, 'close');
    this.server?.close();
    this.server?.closeAllConnections();
    await closed;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked: Asked = {
      path: `${request.method} ${request.url}`,
      headers: request.headers,
      body: JSON.parse(await text(request)) as Asked['body'],
    };
    this.asked.push(asked);
    const instead = this.instead.shift();
    if (instead !== undefined) {
      instead(asked, response);
      return;
    }
    if (asked.path !== 'POST /v1/models/comments:predict') {
      json(response, 404, { error: `Servable not found for request: ${asked.path}` });
      return;
    }
    json(response, 200, { predictions: this.predict(asked.body.instances as number[][]) });
  }
}

/** Answers with JSON. */
export function json(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

/** Breaks the connection, as a server that dies. */
export function breakOff(response: ServerResponse): void {
  const { socket } = response;
  if (socket instanceof Socket) socket.resetAndDestroy();
}
