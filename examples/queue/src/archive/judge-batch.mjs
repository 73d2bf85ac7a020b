/**
 * Makes what does the jobs of an archive: judges the comments of a batch that have no verdict. A batch that comes
 * again, because a worker or the producer was killed, is only finished.
 */
export function createBatchJob({ judge, verdictsOf }) {
  return async ({ data: { archive, comments } }) => {
    const verdicts = verdictsOf(archive);
    const entries = [];
    for (const { id, text } of await verdicts.without(comments)) entries.push([id, await judge.judge(text)]);
    await verdicts.record(entries);
  };
}
