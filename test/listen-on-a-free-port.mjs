// Preloaded into a program that is run as it stands in a document: whatever port it asks for, it gets a free one
// and tells its parent which.
import { Server } from 'node:net';

const { listen } = Server.prototype;

Server.prototype.listen = function listenOnAFreePort(...args) {
  this.once('listening', () => process.send?.(this.address().port));
  const callbacks = args.filter((argument) => typeof argument === 'function');
  return listen.call(this, { port: 0, host: '127.0.0.1' }, ...callbacks);
};
