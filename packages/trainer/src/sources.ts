/** What the trainer knows of a source of comments. */
export interface Source {
  /** Weight of its comments in the deep part's loss. */
  readonly weight: number;
  /** Weight in the linear part's loss; 0 leaves it out. */
  readonly wide: number;
  readonly licence: string;
  /** Share of the teacher's scores in the deep part's loss, where it is not the settings'. */
  readonly distillation?: number;
  /** Whether its labels mean the reference source's from the start, so that it has no offset of its own. */
  readonly isReference?: boolean;
}

/**
 * The published data sets by the names that comment files give them. The labels' meaning is that of `jigsaw`:
 * its comments count most, and the linear part, which has no offsets per source, learns from its kin alone.
 */
export const SOURCES: Readonly<Record<string, Source>> = {
  jigsaw: { weight: 2.5, wide: 1, licence: 'labels CC0-1.0, text CC-BY-SA-3.0' },
  jigsaw_cleaned: { weight: 1.5, wide: 1, licence: 'labels CC0-1.0, text CC-BY-SA-3.0' },
  wiki_articles: { weight: 1, wide: 1, licence: 'CC-BY-4.0' },
  civil_spans: { weight: 1, wide: 0, licence: 'CC0-1.0' },
  davidson: { weight: 1, wide: 0, licence: 'MIT' },
  edos: { weight: 1, wide: 0, licence: 'CC0-1.0' },
  paradetox: { weight: 1, wide: 0, licence: 'CC0-1.0' },
  hatexplain: { weight: 1, wide: 0, distillation: 0.5, licence: 'MIT' },
  toxigen: { weight: 1, wide: 0, distillation: 0.5, licence: 'CDLA-Permissive-2.0' },
  stormfront: { weight: 1, wide: 0, distillation: 0.5, licence: 'CC-BY-SA-3.0' },
  hatemoji: { weight: 1, wide: 0, distillation: 0.3, licence: 'CC-BY-4.0' },
  convabuse: { weight: 1, wide: 0, licence: 'CC-BY-4.0' },
  mentions: { weight: 1.2, wide: 0.6, licence: 'CC0-1.0, CC-BY-4.0, CC-BY-SA-3.0', isReference: true },
  templates: { weight: 0.8, wide: 0, licence: 'MIT', isReference: true },
};

/** A source by name; one that is not listed counts once in the deep part and not in the linear one. */
export function sourceOf(name: string): Source {
  return SOURCES[name] ?? { weight: 1, wide: 0, licence: 'not stated' };
}
