/** The oldest Fastify 5, under the name that the package manager gives it beside the newest. */
declare module 'fastify50' {
  import fastify from 'fastify';
  export default fastify;
}
