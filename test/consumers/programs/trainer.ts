import { readComments, type TrainOptions, train } from '@toxicity-guard/trainer';

const options: Pick<TrainOptions, 'comments'> = { comments: 'there-is-no.csv' };

readComments(options.comments).catch((error: NodeJS.ErrnoException) => {
  console.log(typeof train, error.code);
});
