import { readNumber, shape } from '../shared/dom.js';

const LENGTH = 60;
const HEIGHT = 32;

/** The last minute of a figure as a line, with a sentence for those who do not see it. */
export function createSparkline(svg, unit) {
  const values = [];
  const line = shape('polyline', { class: 'spark' });
  const area = shape('polygon', { class: 'spark-area' });
  svg.setAttribute('viewBox', `0 0 ${LENGTH - 1} ${HEIGHT}`);
  svg.setAttribute('preserveAspectRatio', 'none');
  svg.append(area, line);
  return {
    /** Adds a value and gives the highest of the minute. */
    add(value) {
      values.push(value);
      if (values.length > LENGTH) values.shift();
      const most = Math.max(...values);
      const start = LENGTH - values.length;
      const points = values.map((each, at) => `${start + at},${heightOf(each, most)}`).join(' ');
      line.setAttribute('points', points);
      area.setAttribute('points', `${start},${HEIGHT} ${points} ${LENGTH - 1},${HEIGHT}`);
      const now = `${readNumber(value)} ${unit} now, ${readNumber(most)} at most in the last minute`;
      svg.setAttribute('aria-label', now);
      return most;
    },
  };
}

function heightOf(value, most) {
  return (HEIGHT - 1 - (value / Math.max(most, 1)) * (HEIGHT - 3)).toFixed(1);
}
