import { find } from '../shared/dom.js';

/** Where a file is chosen or dropped, or lines are pasted. Calls with a `File` each time. */
export function createDropZone(onFile) {
  const zone = find('drop');
  const input = find('choose');
  const lines = find('lines');
  let depth = 0;

  const isFile = ({ dataTransfer }) => dataTransfer?.types.includes('Files');
  const take = (file) => {
    if (file !== undefined) onFile(file);
  };
  const over = (change) => {
    depth = Math.max(0, depth + change);
    zone.classList.toggle('over', depth > 0);
  };

  zone.addEventListener('dragenter', (event) => isFile(event) && over(1));
  zone.addEventListener('dragleave', (event) => isFile(event) && over(-1));
  zone.addEventListener('drop', ({ dataTransfer }) => {
    over(-depth);
    take(dataTransfer.files[0]);
  });
  // A file that misses the zone would be opened in place of the page.
  for (const name of ['dragover', 'drop']) {
    addEventListener(name, (event) => {
      if (isFile(event)) event.preventDefault();
    });
  }
  input.addEventListener('change', () => {
    take(input.files[0]);
    // The same file, changed, may be chosen again.
    input.value = '';
  });
  zone.addEventListener('paste', ({ clipboardData }) => take(clipboardData.files[0]));
  find('judge-lines').addEventListener('click', () => {
    if (lines.value.trim() === '') return lines.focus();
    take(new File([lines.value], 'pasted-lines.txt', { type: 'text/plain' }));
  });
}
