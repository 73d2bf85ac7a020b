import * as Plot from '@observablehq/plot';
import { DOMImplementation, XMLSerializer } from '@xmldom/xmldom';

const BLUE = '#3b82f6';
const ORANGE = '#ea6d12';
const GREY = '#8b949e';
/** Text and background follow the reader's scheme. */
const STYLE = `
svg { color: #1f2328; background: #ffffff; }
@media (prefers-color-scheme: dark) { svg { color: #e6edf3; background: #0d1117; } }
`;

/** Draws answers a second, latency and workers over time, one below the other, with what happened. */
export function drawRun(samples, events) {
  const fields = [
    { label: 'answers a second', lines: [{ y: 'perSecond', stroke: BLUE }] },
    {
      label: 'ms: median, 99th percentile',
      lines: [
        { y: 'p50', stroke: BLUE },
        { y: 'p99', stroke: ORANGE },
      ],
      type: 'log',
    },
    { label: 'workers that answer', lines: [{ y: 'workers', stroke: BLUE, curve: 'step-after' }] },
  ];
  // The last is their end.
  const marked = events.slice(0, -1);
  return fields.map(({ label, lines, type }, field) => ({
    name: ['answers.svg', 'latency.svg', 'workers.svg'][field],
    svg: draw(label, type, samples, marked, lines),
  }));
}

function draw(label, type, samples, events, lines) {
  const document = new DOMImplementation().createDocument('http://www.w3.org/1999/xhtml', 'html', null);
  const positive = samples.filter((sample) => lines.every(({ y }) => type !== 'log' || sample[y] > 0));
  const svg = Plot.plot({
    document,
    width: 860,
    height: 240,
    marginTop: 72,
    marginLeft: 56,
    marginBottom: 36,
    grid: true,
    ariaLabel: `${label} over time`,
    x: { label: 'seconds', labelAnchor: 'center', labelArrow: 'none' },
    y: {
      label,
      labelArrow: 'none',
      zero: type !== 'log',
      ...(type === 'log' ? { type, ticks: [1, 10, 100, 1000] } : {}),
    },
    marks: [
      Plot.ruleX(events, { x: 'at', stroke: GREY, strokeDasharray: '3 3' }),
      Plot.text(events, {
        x: 'at',
        text: 'short',
        frameAnchor: 'top',
        textAnchor: 'start',
        rotate: -30,
        dy: -8,
        dx: 2,
      }),
      ...lines.map((line) => Plot.line(positive, { x: 'at', strokeWidth: 1.5, ...line })),
    ],
  });
  svg.setAttribute('font-size', '11');
  const style = document.createElementNS('http://www.w3.org/2000/svg', 'style');
  style.appendChild(document.createTextNode(STYLE));
  svg.insertBefore(style, svg.firstChild);
  return `${new XMLSerializer().serializeToString(svg)}\n`;
}
