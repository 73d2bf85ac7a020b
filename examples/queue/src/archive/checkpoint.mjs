/** How far an archive has been queued for a model, in Redis. */
export function createCheckpoint(redis, { prefix }, archive, model) {
  const key = `${prefix}:checkpoint:${archive}:${model}`;
  return {
    async get() {
      const json = await redis.get(key);
      return json === null ? undefined : JSON.parse(json);
    },
    set: (state) => redis.set(key, JSON.stringify(state)),
    remove: () => redis.del(key),
  };
}
