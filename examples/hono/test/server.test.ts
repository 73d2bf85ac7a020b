import { commentServer } from '../../../test/comment-server.js';

commentServer('Hono', new URL('../server.mjs', import.meta.url));
