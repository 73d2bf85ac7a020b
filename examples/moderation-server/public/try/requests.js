const ATTRIBUTES = ['TOXICITY', 'SEVERE_TOXICITY', 'OBSCENE', 'THREAT', 'INSULT', 'IDENTITY_ATTACK'];

const predict = { path: '/predict', bodyOf: (text) => ({ text }) };
const analyze = {
  path: '/v1alpha1/comments:analyze',
  bodyOf: (text) => ({
    comment: { text },
    requestedAttributes: Object.fromEntries(ATTRIBUTES.map((name) => [name, {}])),
  }),
};
const comments = { path: '/comments', bodyOf: (comment) => ({ comment }) };

/** The requests that one may copy, each as it is written and as it is sent. */
export const REQUESTS = {
  curl: { ...predict, write: writeCurl },
  javascript: { ...predict, write: writeJavaScript },
  perspective: { ...analyze, write: writeCurl },
  guarded: { ...comments, write: writeCurl },
};

function writeCurl(url, body) {
  return [
    `curl -sS ${quoteForShell(url)} \\`,
    `  -H 'Content-Type: application/json' \\`,
    `  --data-raw ${quoteForShell(JSON.stringify(body))}`,
  ].join('\n');
}

/** Between single quotes a POSIX shell takes everything as it is but the quote itself. */
function quoteForShell(text) {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function writeJavaScript(url, body) {
  return [
    `const response = await fetch(${JSON.stringify(url)}, {`,
    `  method: 'POST',`,
    `  headers: { 'Content-Type': 'application/json' },`,
    `  body: JSON.stringify(${JSON.stringify(body)}),`,
    '});',
    'console.log(await response.json());',
  ].join('\n');
}
