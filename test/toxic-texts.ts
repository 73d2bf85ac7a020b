/** Comments that the bundled model must refuse by default, each with a label that it must name. */
export const TOXIC_TEXTS = [
  { text: 'You are a stupid fucking idiot.', label: 'insult' },
  { text: 'Shut up, you worthless piece of shit.', label: 'obscene' },
] as const;

/** Comments that it must let pass. */
export const CLEAN_TEXTS = [
  'Thank you for the kind answer, it helped me a lot.',
  'The cockpit of the old plane is in the museum at Scunthorpe.',
] as const;
