import * as Plot from '@observablehq/plot';
import { DOMImplementation, type Document, type Element, XMLSerializer } from '@xmldom/xmldom';
import type { LabelCurves } from './curves.js';

/** Three labels side by side. */
const COLUMNS = 3;
const FIELD_WIDTH = 320;
const FIELD_HEIGHT = 240;
/** Both stand out from white and from near-black. */
const BLUE = '#3b82f6';
const ORANGE = '#ea6d12';
const GREY = '#8b949e';
/** Text and background follow the reader's scheme; a reader without style sheets gets black on nothing. */
const STYLE = `
svg { color: #1f2328; background: #ffffff; }
@media (prefers-color-scheme: dark) { svg { color: #e6edf3; background: #0d1117; } }
`;

/** The axis of a share. Most scores and rates are small: a root scale gives them room. */
const ROOT = { type: 'sqrt', domain: [0, 1], ticks: [0, 0.01, 0.05, 0.2, 0.5, 1] } as const;

/** A plot of every label, as the text of an SVG file. */
export interface PlotFile {
  /** Without folder, `.svg` at its end. */
  readonly name: string;
  readonly title: string;
  readonly svg: string;
}

/** Histograms of the scores, ROC curves and reliability curves; none without a label that has both classes. */
export function drawPlots(curves: readonly LabelCurves[]): PlotFile[] {
  if (curves.length === 0) return [];
  return [
    { name: 'scores.svg', title: 'Scores of both classes', svg: drawScores(curves) },
    { name: 'roc.svg', title: 'ROC curves', svg: drawRoc(curves) },
    { name: 'reliability.svg', title: 'Reliability', svg: drawReliability(curves) },
  ];
}

function drawScores(curves: readonly LabelCurves[]): string {
  const classes = [
    { of: 'negatives', colour: BLUE, name: 'label 0' },
    { of: 'positives', colour: ORANGE, name: 'label 1' },
  ] as const;
  const bars = classes.flatMap(({ of, colour }) =>
    curves.flatMap((curve, index) => {
      const shares = curve[of];
      return shares.map((share, bar) => ({
        ...facetOf(index),
        from: bar / shares.length,
        to: (bar + 1) / shares.length,
        share,
        colour,
      }));
    }),
  );
  return draw(curves, 'Shares of the scores of texts with label 0 and with label 1', {
    x: { domain: [0, 1], label: 'score', ticks: 5 },
    y: { ...ROOT, label: 'share of the class, %', tickFormat: percent },
    marks: [
      Plot.rectY(bars, {
        fx: 'fx',
        fy: 'fy',
        x1: 'from',
        x2: 'to',
        y1: 0,
        y2: 'share',
        fill: 'colour',
        fillOpacity: 0.55,
        insetLeft: 0.5,
        insetRight: 0.5,
      }),
      ...classes.map(({ colour, name }, line) =>
        Plot.text([facetOf(0)], {
          fx: 'fx',
          fy: 'fy',
          text: () => `■ ${name}`,
          fill: colour,
          frameAnchor: 'top-right',
          dx: -8,
          dy: 8 + 16 * line,
        }),
      ),
    ],
  });
}

function drawRoc(curves: readonly LabelCurves[]): string {
  const points = curves.flatMap(({ roc }, index) => roc.map((point) => ({ ...facetOf(index), ...point })));
  const chance = Array.from({ length: 21 }, (_, step) => (step / 20) ** 2);
  return draw(curves, 'ROC curve of each label', {
    x: { ...ROOT, label: 'false-positive rate, %', tickFormat: percent },
    y: { domain: [0, 1], label: 'recall, %', ticks: 5, tickFormat: percent },
    marks: [
      Plot.line(chance, {
        x: (rate: number) => rate,
        y: (rate: number) => rate,
        stroke: GREY,
        strokeDasharray: '3 3',
      }),
      Plot.line(points, {
        fx: 'fx',
        fy: 'fy',
        x: 'falsePositiveRate',
        y: 'recall',
        stroke: BLUE,
        strokeWidth: 2,
      }),
      Plot.text(
        curves.map(({ auc }, index) => ({ ...facetOf(index), auc })),
        {
          fx: 'fx',
          fy: 'fy',
          text: ({ auc }: { auc: number }) => `AUC ${auc.toFixed(3)}`,
          frameAnchor: 'bottom-right',
          dx: -8,
          dy: -8,
        },
      ),
    ],
  });
}

function drawReliability(curves: readonly LabelCurves[]): string {
  const points = curves.flatMap(({ calibration }, index) =>
    calibration.map((bin) => ({ ...facetOf(index), ...bin })),
  );
  const options = { fx: 'fx', fy: 'fy', x: 'meanScore', y: 'shareOfPositives', stroke: BLUE };
  return draw(curves, 'Mean score and share of positives in bins of equal mass', {
    x: { ...ROOT, label: 'mean score of a bin, %', tickFormat: percent },
    y: { ...ROOT, label: 'share with label 1, %', tickFormat: percent },
    marks: [
      Plot.line([0, 1], {
        x: (score: number) => score,
        y: (score: number) => score,
        stroke: GREY,
        strokeDasharray: '3 3',
      }),
      Plot.line(points, { ...options, strokeWidth: 1.5 }),
      Plot.dot(points, { ...options, fill: BLUE, r: 3 }),
    ],
  });
}

/** Draws marks in one field for each label, its name above. */
function draw(curves: readonly LabelCurves[], title: string, options: Plot.PlotOptions): string {
  const document = new DOMImplementation().createDocument('http://www.w3.org/1999/xhtml', 'html', null);
  const columns = Math.min(COLUMNS, curves.length);
  const rows = Math.ceil(curves.length / COLUMNS);
  const svg = Plot.plot({
    ...options,
    x: { ...options.x, labelAnchor: 'center', labelArrow: 'none' },
    y: { ...options.y, labelAnchor: 'center', labelArrow: 'none' },
    document: document as never,
    ariaLabel: title,
    width: columns * FIELD_WIDTH,
    height: rows * FIELD_HEIGHT + 60,
    marginTop: 24,
    marginLeft: 56,
    marginBottom: 40,
    grid: true,
    fx: {
      axis: null,
      paddingInner: 0.12,
      paddingOuter: 0,
      domain: Array.from({ length: columns }, (_, column) => column),
    },
    fy: {
      axis: null,
      paddingInner: 0.25,
      paddingOuter: 0,
      domain: Array.from({ length: rows }, (_, row) => row),
    },
    marks: [
      Plot.frame({ stroke: GREY, strokeOpacity: 0.6 }),
      ...(options.marks ?? []),
      Plot.text(
        curves.map(({ label }, index) => ({ ...facetOf(index), label })),
        {
          fx: 'fx',
          fy: 'fy',
          text: 'label',
          frameAnchor: 'top-left',
          dy: -14,
          fontSize: 13,
          fontWeight: 600,
        },
      ),
    ],
  }) as unknown as Element;
  return finish(document, svg);
}

function facetOf(index: number): { fx: number; fy: number } {
  return { fx: index % COLUMNS, fy: Math.floor(index / COLUMNS) };
}

function finish(document: Document, svg: Element): string {
  svg.setAttribute('font-size', '11');
  const style = document.createElementNS('http://www.w3.org/2000/svg', 'style');
  style.appendChild(document.createTextNode(STYLE));
  svg.insertBefore(style, svg.firstChild);
  return `${new XMLSerializer().serializeToString(svg)}\n`;
}

function percent(share: number): string {
  return String(Number((share * 100).toFixed(1)));
}
