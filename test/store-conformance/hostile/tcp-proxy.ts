import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** Stands between a client and a database, and is the network that fails. */
export class TcpProxy {
  private readonly sockets = new Set<Socket>();
  private isStalled = false;
  private server: Server | undefined;
  private port = 0;

  constructor(private readonly target: URL) {}

  /** Begins, or begins again, to listen; always on the same port. */
  async open(): Promise<void> {
    this.isStalled = false;
    for (const socket of this.sockets) socket.resume();
    if (this.server !== undefined) return;
    this.server = createServer((client) => this.join(client));
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = (this.server.address() as AddressInfo).port;
  }

  /** The address of the database by way of this proxy. */
  get url(): string {
    const { protocol, pathname, search } = this.target;
    return `${protocol}//127.0.0.1:${this.port}${pathname}${search}`;
  }

  /** Breaks every connection and takes no other. */
  async cut(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    for (const socket of this.sockets) socket.destroy();
    if (server === undefined) return;
    server.close();
    await once(server, 'close');
  }

  /** Keeps the connections and lets nothing through. */
  stall(): void {
    this.isStalled = true;
    for (const socket of this.sockets) socket.pause();
  }

  private join(client: Socket): void {
    const database = connect(Number(this.target.port), this.target.hostname);
    for (const [socket, other] of [
      [client, database],
      [database, client],
    ] as const) {
      this.sockets.add(socket);
      socket.on('data', (bytes) => other.write(bytes));
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.sockets.delete(socket);
        other.destroy();
      });
      if (this.isStalled) socket.pause();
    }
  }
}
