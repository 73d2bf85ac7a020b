// Exits with 0 where the server on PORT is ready: node health.mjs. With a number it asks again for that many seconds.
import { setTimeout as wait } from 'node:timers/promises';

const url = `http://127.0.0.1:${process.env.PORT || 3000}/health/ready`;
const seconds = Number(process.argv[2] ?? 0);

async function isReady() {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(2000) })).ok;
  } catch {
    return false;
  }
}

const end = performance.now() + seconds * 1000;
let ready = await isReady();
while (!ready && performance.now() < end) {
  await wait(100);
  ready = await isReady();
}
process.exitCode = ready ? 0 : 1;
