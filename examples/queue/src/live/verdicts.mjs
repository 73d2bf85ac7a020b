/** The verdicts on comments, in Redis: one for each, whoever else judges it too. */
export function createVerdicts(redis, { prefix, verdictSeconds }) {
  const keyOf = (id) => `${prefix}:verdict:${id}`;

  async function get(id) {
    const json = await redis.get(keyOf(id));
    return json === null ? undefined : JSON.parse(json);
  }

  return {
    get,
    /** Keeps a verdict unless there is one, and gives the one that counts. */
    async record(id, verdict) {
      const isFirst = await redis.set(keyOf(id), JSON.stringify(verdict), 'EX', verdictSeconds, 'NX');
      return isFirst === 'OK' ? verdict : await get(id);
    },
  };
}
