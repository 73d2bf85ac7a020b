// The example is plain JavaScript. These are the parts of it that tests call directly.

declare module '*/src/url/addresses.mjs' {
  export function createAddressTest(networks: readonly string[]): (address: string) => boolean;
}

declare module '*/src/url/fetch-document.mjs' {
  type Lookup = (name: string) => Promise<{ address: string; family: number }[]>;
  type FetchDocument = (
    url: string,
    signal: AbortSignal,
  ) => Promise<{ type: string | undefined; body: AsyncIterable<Buffer> }>;
  export function createFetch(settings: object, lookup?: Lookup): FetchDocument;
}

declare module '*/src/cluster/next-size.mjs' {
  type Beats = readonly { queue: number; delayMs: number }[];
  export function nextSize(pool: {
    wanted: number;
    beats: Beats;
    lowForMs: number;
    settings: object;
  }): number;
  export function isLow(beats: Beats, settings: object): boolean;
}

declare module '*/src/settings/read-settings.mjs' {
  interface Settings {
    readonly workers: object;
    readonly url: { readonly hosts: readonly string[] };
  }
  export function readSettings(env: Record<string, string>): Settings;
}

declare module '*/src/settings/table.mjs' {
  export const SETTINGS: readonly { key: string; variable: string; says: string; default: unknown }[];
}

declare module '*/src/model/models.mjs' {
  interface Models {
    load(folder: string | undefined, selfTest: readonly object[]): Promise<void>;
    prepare(folder: string | undefined): Promise<void>;
    use(): string;
    cacheStats(): { hits: number; misses: number };
    predictMany(texts: readonly string[], options?: object): Promise<object[]>;
  }
  export function createModels(): Models;
}

declare module '*/src/input/read-texts.mjs' {
  type Batch = readonly { number: number; text?: string; code?: string }[];
  export function readTexts(
    input: AsyncIterable<Buffer>,
    format: 'txt' | 'jsonl' | 'csv',
    limits: { lineBytes: number },
  ): AsyncGenerator<Batch>;
}

declare module '*/load-test/free-port.mjs' {
  export function freePort(): Promise<number>;
}
