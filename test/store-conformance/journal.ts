/** What a store's adapter is asked, by the name of its function. */
export interface Call {
  readonly does: string;
  readonly keys: readonly string[];
}

/** Notes what reaches a store, and never lets it be cleared. */
export class Journal {
  readonly calls: Call[] = [];
  /** Whether something has tried to clear the store. */
  wasCleared = false;
  /** Called before each call goes on; what it throws, or rejects with, is the call's answer. */
  before: (call: Call) => unknown = () => undefined;

  /** The same adapter, watched. */
  watch<T extends object>(adapter: T): T {
    return new Proxy(adapter, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        if (name === 'clear') return () => this.refuseToClear();
        if (typeof name === 'symbol' || !NOTED.has(name)) return value.bind(target);
        return (...parts: unknown[]) => this.note(name, parts, () => Reflect.apply(value, target, parts));
      },
      // Its own setters must find themselves, not this proxy.
      set: (target, name, value) => Reflect.set(target, name, value, target),
    });
  }

  /** How often the store was read. */
  get reads(): number {
    return this.calls.filter(({ does }) => READS.has(does)).length;
  }

  /** The keys that were read. */
  get keysRead(): string[] {
    return this.calls.filter(({ does }) => READS.has(does)).flatMap(({ keys }) => keys);
  }

  forget(): void {
    this.calls.length = 0;
  }

  private note(does: string, parts: readonly unknown[], go: () => unknown): unknown {
    const call = { does, keys: keysOf(parts[0]) };
    this.calls.push(call);
    const before = this.before(call);
    return before instanceof Promise ? before.then(go) : go();
  }

  private refuseToClear(): never {
    this.wasCleared = true;
    throw new Error('The store was cleared.');
  }
}

const READS = new Set(['get', 'getMany', 'has', 'hasMany']);
const NOTED = new Set([...READS, 'set', 'setMany', 'delete', 'deleteMany', 'disconnect']);

function keysOf(first: unknown): string[] {
  const parts = Array.isArray(first) ? first : [first];
  return parts.map((part) => (typeof part === 'object' ? (part as { key: string }).key : String(part)));
}
