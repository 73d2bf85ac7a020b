import { readFile, writeFile } from 'node:fs/promises';
import { LABELS } from '@toxicity-guard/core';
import type { Manifest } from '@toxicity-guard/core/training';
import type { Evaluation } from './evaluate.js';
import { count, table } from './markdown.js';
import { writeSections } from './sections.js';

/** A card to begin with, in the sections of Mitchell et al. 2019. What stands in brackets is for people to write. */
const EMPTY_CARD = `# Model card

## Model details

[Who made the model, when and under which licence, and where to ask.]

${place('details')}

## Intended use

[What it is for, who should use it, and what it is not for.]

## Factors

[Groups of people, kinds of text and circumstances over which its quality may differ.]

## Metrics

[Why these figures, and why these thresholds.]

${place('rates')}

## Evaluation data

[Where the texts come from and why they were chosen.]

${place('data')}

## Training data

[Where the texts come from, and who labelled them.]

${place('training')}

## Quantitative analyses

### Labels

${place('labels')}

### Sources

${place('sources')}

### Identity terms

${place('bias')}

### Harmless sentences about groups

${place('gap')}

### Disguises

${place('robustness')}

### Toxic spans

${place('spans')}

## Ethical considerations

[Whom it may harm, and what was done about it.]

## Caveats and recommendations

[What is not known, and what to do before relying on it.]
`;

/**
 * Writes an evaluation's figures into a model card, in the places that are marked for them, and leaves the rest of
 * the card as it is. A file that is not there becomes a card with every section of Mitchell et al. 2019.
 *
 * A place is marked by `<!-- figures:labels -->` before and `<!-- /figures:labels -->` behind it.
 *
 * @throws {Error} where the file has no such place, or one that is not known or not closed.
 */
export async function writeModelCard(evaluation: Evaluation, file: string): Promise<void> {
  const card = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return EMPTY_CARD;
    throw error;
  });
  await writeFile(file, fillCard(card, evaluation, file));
}

/** A card's text with the figures of an evaluation. */
export function fillCard(card: string, { figures, manifest }: Evaluation, file: string): string {
  const parts: Record<string, string> = {
    ...writeSections(figures),
    details: details(manifest),
    training: training(manifest),
  };
  let places = 0;
  const filled = card.replaceAll(
    /<!-- figures:(\w+) -->\n(?:.*?\n)??<!-- \/figures:\1 -->/gs,
    (_, name: string) => {
      const part = parts[name];
      if (part === undefined) {
        throw new Error(`${file}: figures:${name} is none of ${Object.keys(parts).join(', ')}`);
      }
      places++;
      return place(name, `${part}\n`);
    },
  );
  const opened = card.match(/<!-- figures:/g)?.length ?? 0;
  if (places === 0 || places < opened) {
    throw new Error(
      `${file}: has ${places === 0 ? 'no place for figures' : 'a place for figures that is not closed'}`,
    );
  }
  return filled;
}

function place(name: string, content = ''): string {
  return `<!-- figures:${name} -->\n${content}<!-- /figures:${name} -->`;
}

function details({ name, version, contentHash, network, tokenizer, files, thresholds }: Manifest): string {
  const bytes = Object.values(files).reduce((sum, file) => sum + file.bytes, 0);
  const level = (title: string, values: Readonly<Record<string, number>>): string[] => [
    title,
    ...LABELS.map((label) => (values[label] as number).toFixed(3)),
  ];
  return [
    table(
      ['', ''],
      [
        ['name and version', `${name} ${version}`],
        ['content hash', `\`${contentHash}\``],
        ['labels', LABELS.join(', ')],
        [
          'network',
          `convolutions of widths 1 to 3, ${network.filters} filters each, over ${network.dimensions}-dimensional word vectors; ` +
            `a dense layer of ${network.hidden}; hashed word and character n-grams beside it`,
        ],
        ['window', `${tokenizer.window} words, the next one ${tokenizer.stride} words on`],
        ['size', `${(bytes / 1e6).toFixed(1)} MB`],
      ],
    ),
    table(
      ['default threshold', ...LABELS],
      [level('flag', thresholds.flag), level('refuse', thresholds.reject)],
    ),
  ].join('\n\n');
}

function training({ provenance, licences }: Manifest): string {
  const { comments } = provenance as { comments?: { train?: number; dev?: number } };
  const sizes = [comments?.train, comments?.dev];
  const [train, dev] = sizes.map((size) => (typeof size === 'number' ? count(size) : 'an unknown number of'));
  return [
    `${train} comments to learn from, ${dev} to tune on, of these sources:`,
    table(
      ['source', 'licence'],
      licences.map(({ source, licence }) => [source, licence]),
    ),
  ].join('\n\n');
}
