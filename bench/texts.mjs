// Comments of one's own words, made long enough to be cut to any length.
const SENTENCES = [
  'I think the second paragraph reads better now that the dates are in order',
  'Thanks for the quick reply, I will try the new version over the weekend',
  'You clearly did not read the article before you wrote this nonsense',
  'The train was late again and nobody at the station could tell us why',
  'My grandmother used to bake this with plums from her own garden',
  'That goalkeeper saved us twice in the first ten minutes',
  'Please add a source for the claim about the population of the town',
  'What a stupid idea, who would ever pay for something like that',
  'The update broke my keyboard shortcuts and I cannot find the setting',
  'We visited the museum in spring and the garden was full of tulips',
  'Nobody asked for your opinion, so keep it to yourself',
  'She wrote a wonderful piece about the history of the harbour',
  'Has anyone measured how much memory this takes on a small server',
  'The soup needs more salt and a little lemon at the end',
  'Stop deleting my comments, it is getting ridiculous',
  'He scored from the halfway line and the whole stadium went silent',
  'I disagree with the review but the photographs are lovely',
  'Your code is garbage and so is your attitude',
  'They moved here from the coast because the rents were too high',
  'Could you explain the third step, I always end up with an error',
  'The band played for two hours and the encore was my favourite song',
  'It rained all day so we stayed inside and read to the children',
  'This is the worst customer service I have ever had to deal with',
  'The council promised a new bridge ten years ago and built nothing',
];

/** `count` different texts of exactly `words` words. */
export function texts(words, count) {
  return Array.from({ length: count }, (_, index) => {
    const parts = [];
    for (let at = index; parts.length < words; at = (at * 7 + 5 + index) % SENTENCES.length) {
      parts.push(...SENTENCES[at % SENTENCES.length].split(' '));
    }
    return parts.slice(0, words).join(' ');
  });
}
