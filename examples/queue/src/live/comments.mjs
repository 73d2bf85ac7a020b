import { randomUUID } from 'node:crypto';

const STATES = { allow: 'published', flag: 'flagged', reject: 'removed', unavailable: 'pending' };

/** The site's comments, in memory: a database in a real one. */
export function createComments() {
  const comments = new Map();
  return {
    hold(text) {
      const comment = { id: randomUUID(), text, state: 'pending' };
      comments.set(comment.id, comment);
      return comment;
    },
    release: (id) => comments.delete(id),
    get: (id) => comments.get(id),
    list: () => Array.from(comments.values()).filter(({ state }) => state !== 'removed'),
    /** A verdict on a comment that is gone, or that has one, changes nothing. */
    settle({ id, action, labels }) {
      const comment = comments.get(id);
      if (comment === undefined || comment.labels !== undefined) return;
      Object.assign(comment, { state: STATES[action], labels });
    },
  };
}
