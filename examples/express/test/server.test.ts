import { commentServer } from '../../../test/comment-server.js';

commentServer('Express', new URL('../server.mjs', import.meta.url));
