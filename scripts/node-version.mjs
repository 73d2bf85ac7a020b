// Says in a sentence that Node is too old. Kept to syntax that an old Node still reads.
const least = [20, 19];
const [major, minor] = process.versions.node.split('.').map(Number);

if (major < least[0] || (major === least[0] && minor < least[1])) {
  console.error(
    `toxicity-guard needs Node ${least.join('.')} or newer, and this is Node ${process.versions.node}.`,
  );
  process.exit(1);
}
