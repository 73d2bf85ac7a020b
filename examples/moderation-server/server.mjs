// Starts the example on PORT (default 3000): PORT=8080 node server.mjs
import { createClassifier } from '@toxicity-guard/core';
import { createApp } from './app.mjs';

const port = Number(process.env.PORT || 3000);
if (!Number.isInteger(port) || port < 0 || port > 65535) fail('PORT is a number from 0 to 65535.');

const classifier = createClassifier();
// Loaded before the first request, so that none waits for it, and a broken model is known at once.
const model = await classifier.ready().catch((error) => fail(error.message));

const server = createApp(classifier, model).listen(port, process.env.HOST, (error) => {
  if (error?.code === 'EADDRINUSE')
    fail(`Port ${port} is in use. Choose another one: PORT=${port + 1} npm start`);
  if (error) fail(`Port ${port} cannot be opened: ${error.message}`);
  console.log(`The moderation server answers at http://localhost:${server.address().port}`);
});

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    // Requests under way are answered; whoever takes longer than that is cut off.
    server.close(() => classifier.close());
    setTimeout(() => server.closeAllConnections(), 5000).unref();
  });
}

function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}
