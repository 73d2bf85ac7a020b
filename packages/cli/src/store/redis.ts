import type { Address } from './address.js';
import type { OpenedAdapter, OpenOptions } from './open-store.js';

/** A Redis server. A connection that breaks is an error at once: a command can be given again. */
export async function openRedis({ url }: Address, { deadlineMs }: OpenOptions): Promise<OpenedAdapter> {
  const { default: KeyvRedis } = await import('@keyv/redis');
  const adapter = new KeyvRedis(
    { url, socket: { connectTimeout: deadlineMs, reconnectStrategy: false } },
    // Without these two it passes over what could not be written.
    { throwOnErrors: true, throwOnConnectError: true },
  );
  return { adapter, connected: adapter.getClient(), close: () => adapter.disconnect() };
}
