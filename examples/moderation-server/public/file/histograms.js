import { element, find, readNumber, shape } from '../shared/dom.js';
import { LABELS, readable } from '../shared/labels.js';
import { BINS } from './view.js';

const HEIGHT = 44;

/** How the scores of each label lie, as pictures, each with a sentence, and as a table. */
export function createHistograms() {
  const pictures = new Map(LABELS.map((label) => [label, createPicture()]));
  const cells = new Map(LABELS.map((label) => [label, Array.from({ length: 3 }, () => element('td'))]));
  find('figures').append(
    ...LABELS.map((label) => {
      const head = element('th', { scope: 'row', textContent: readable(label) });
      return element('tr', {}, head, ...cells.get(label));
    }),
  );
  return {
    pictureOf: (label) => pictures.get(label).svg,
    show({ bins, levels }) {
      for (const label of LABELS) {
        const numbers = levels[label].map(readNumber);
        cells.get(label).forEach((cell, at) => {
          cell.textContent = numbers[at];
        });
        const sentence = `${readable(label)}: ${numbers[0]} under both thresholds, ${numbers[1]} flagged, ${numbers[2]} refused`;
        pictures.get(label).show(bins[label], sentence);
      }
    },
  };
}

function createPicture() {
  const bars = shape('path', { class: 'bars' });
  const svg = shape(
    'svg',
    { class: 'histogram', viewBox: `0 0 ${BINS} ${HEIGHT}`, preserveAspectRatio: 'none', role: 'img' },
    bars,
  );
  // The lines are placed by the same custom properties as the sliders' scale.
  const picture = element('div', { className: 'picture' }, svg);
  for (const level of ['flag', 'reject']) {
    const line = element('span', { className: `line ${level}` });
    line.setAttribute('aria-hidden', 'true');
    picture.append(line);
  }
  return {
    svg: picture,
    show(counts, sentence) {
      svg.setAttribute('aria-label', sentence);
      bars.setAttribute('d', drawBars(counts));
    },
  };
}

/** By the logarithm: nearly all scores are near 0, and one comment in a thousand is to be seen as well. */
function drawBars(counts) {
  const most = Math.log1p(Math.max(1, ...counts));
  return counts
    .map((count, at) => {
      const height = count === 0 ? 0 : Math.max(2, (Math.log1p(count) / most) * HEIGHT);
      return `M${at + 0.08} ${HEIGHT}v${-height.toFixed(2)}h.84v${height.toFixed(2)}z`;
    })
    .join('');
}
