import { startFile } from './file/file.js';
import { startWorkers } from './pool/workers.js';
import { find, say } from './shared/dom.js';
import { ask, wait } from './shared/failures.js';
import { createTabs } from './shared/tabs.js';
import { Thresholds } from './shared/thresholds.js';
import { startTry } from './try/try.js';

/** The model in use; asked for again until the server answers. */
async function loadModel() {
  for (;;) {
    try {
      const response = await ask('/model');
      say(find('notice'), '');
      return await response.json();
    } catch (failure) {
      say(find('notice'), `${failure.message} The page starts when it does.`);
      await wait(failure.retryAfter ?? 2);
    }
  }
}

const workers = startWorkers();
const sections = createTabs(find('sections'), (name) => {
  history.replaceState(null, '', `#${name}`);
  workers.show(name === 'workers');
});
const openSection = () => sections.select(location.hash.slice(1));
addEventListener('hashchange', openSection);
openSection();

const { id, thresholds: own } = await loadModel();
say(find('model'), id);
const thresholds = new Thresholds(own);
for (const button of document.querySelectorAll('.reset')) {
  const show = () => {
    button.disabled = thresholds.areOwn;
  };
  button.addEventListener('click', () => thresholds.reset());
  thresholds.addEventListener('change', show);
  show();
}
startTry(thresholds);
startFile(thresholds);
document.body.dataset.ready = 'true';
