import { once } from 'node:events';
import { Server } from 'node:net';

/**
 * Counts a server's connections and requests, and ends them politely: no more connections are taken, what is
 * under way is finished, and each connection is told to close with its next answer.
 */
export class Connections {
  /** Whether answers close their connections. */
  closing = false;
  /** Requests whose answer is not finished. */
  underWay = 0;
  /** Requests so far. */
  requests = 0;
  #server;
  /** Each open connection and how many requests it has under way. */
  #sockets = new Map();
  #served = new WeakMap();

  constructor(server, { keepAliveRequests }) {
    this.#server = server;
    this.keepAliveRequests = keepAliveRequests;
    server.on('connection', (socket) => {
      this.#sockets.set(socket, 0);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    server.on('request', ({ socket }, response) => {
      this.requests++;
      this.underWay++;
      this.#served.set(socket, (this.#served.get(socket) ?? 0) + 1);
      this.#count(socket, 1);
      response.once('close', () => {
        this.underWay--;
        this.#count(socket, -1);
      });
    });
  }

  /** Whether the answer to a request is to close its connection. */
  closes({ socket }) {
    return this.closing || (this.#served.get(socket) ?? 0) >= this.keepAliveRequests;
  }

  /**
   * Takes no more connections and resolves when there are none left. Those on which nothing is under way stay
   * open for `idleMs`: a client may be about to send, and would see a reset. After `deadlineMs` all are cut off.
   */
  async drain({ idleMs, deadlineMs }) {
    this.closing = true;
    const closed = once(this.#server, 'close');
    // Not http's own close(), which cuts idle connections off at once.
    Server.prototype.close.call(this.#server);
    const timers = [setTimeout(() => this.#cutIdle(), idleMs), setTimeout(() => this.#cutAll(), deadlineMs)];
    await closed;
    for (const timer of timers) clearTimeout(timer);
  }

  #cutIdle() {
    for (const [socket, underWay] of this.#sockets) if (underWay === 0) socket.destroySoon();
    this.#idleCut = true;
  }

  #cutAll() {
    for (const socket of this.#sockets.keys()) socket.destroy();
  }

  #idleCut = false;

  #count(socket, change) {
    const underWay = this.#sockets.get(socket);
    if (underWay === undefined) return;
    this.#sockets.set(socket, underWay + change);
    // Its answer began before the draining did, and so promised to keep the connection.
    if (this.#idleCut && underWay + change === 0) socket.destroySoon();
  }
}
