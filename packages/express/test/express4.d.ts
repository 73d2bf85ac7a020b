/** Express 4, under the name that the package manager gives it beside 5. */
declare module 'express4' {
  import express from 'express';
  export default express;
}
