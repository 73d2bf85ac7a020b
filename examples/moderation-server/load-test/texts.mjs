/** Comments of 4 to 22 words, one in eight of them an insult. */
export const TEXTS = [
  'Have a good day',
  'Thank you so much for the quick answer',
  'I think the second paragraph of the article is wrong and needs another source before we can keep it there',
  'What a stupid thing to say',
  'The train was late again and nobody at the station could tell us why',
  'Could you explain the third step, I always end up with an error',
  'She wrote a wonderful piece about the history of the harbour and the people who worked there',
  'We visited the museum in spring and the garden was full of tulips',
];
