import { toEntry } from './entry-record.js';
import { readChunkEntries } from './preloaded-version.js';
import type { VocabularyEntry, VocabularyManifest } from './store.js';
import { readWordList, type StoreAccess } from './version-reader.js';

/** All entries of a version in the order of their index, a chunk in memory at a time. */
export async function* readEntriesOf(
  access: StoreAccess,
  manifest: VocabularyManifest,
): AsyncGenerator<VocabularyEntry> {
  for await (const chunk of readWordList(access, manifest)) {
    const entries: VocabularyEntry[] = [];
    await readChunkEntries(access, manifest, chunk, (entry, word) => {
      entries.push(toEntry(word, entry, manifest.encoding));
    });
    yield* entries;
  }
}
