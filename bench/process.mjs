// A process of its own: says how long the first verdict took and how much memory it holds then and later.
// Argument: `bare` loads nothing, `guard` judges.
const begin = performance.now();
const settle = async () => {
  for (let round = 0; round < 4; round++) {
    globalThis.gc();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};
const figures = {};
if (process.argv[2] === 'guard') {
  const { createClassifier } = await import('@toxicity-guard/core');
  const classifier = createClassifier();
  await classifier.classify('The first comment of the day.');
  figures.readyMs = performance.now() - begin;
  await settle();
  figures.firstRss = process.memoryUsage.rss();
  // More different words than rows are kept.
  for (let text = 0; text < 600; text++) {
    await classifier.classify(Array.from({ length: 32 }, (_, word) => `w${text}x${word}`).join(' '));
  }
}
await settle();
figures.rss = process.memoryUsage.rss();
console.log(JSON.stringify(figures));
