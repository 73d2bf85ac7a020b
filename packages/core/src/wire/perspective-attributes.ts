import type { Label } from '../labels.js';

const NAMES: readonly [Label, readonly string[]][] = [
  ['toxic', ['TOXICITY', 'TOXICITY_EXPERIMENTAL', 'TOXICITY_FAST']],
  ['severe_toxic', ['SEVERE_TOXICITY', 'SEVERE_TOXICITY_EXPERIMENTAL']],
  ['obscene', ['PROFANITY', 'PROFANITY_EXPERIMENTAL', 'OBSCENE']],
  ['threat', ['THREAT', 'THREAT_EXPERIMENTAL']],
  ['insult', ['INSULT', 'INSULT_EXPERIMENTAL']],
  ['identity_hate', ['IDENTITY_ATTACK', 'IDENTITY_ATTACK_EXPERIMENTAL']],
];

/** The attributes of the Perspective API that this package has, and the label that answers for each. */
export const LABEL_OF_ATTRIBUTE: ReadonlyMap<string, Label> = new Map(
  NAMES.flatMap(([label, names]) => names.map((name): [string, Label] => [name, label])),
);

/** The attributes that the Perspective API has and this package does not. */
export const OTHER_ATTRIBUTES: ReadonlySet<string> = new Set([
  'SEXUALLY_EXPLICIT',
  'FLIRTATION',
  'ATTACK_ON_AUTHOR',
  'ATTACK_ON_COMMENTER',
  'ATTACK_ON_PUBLISHER',
  'INCOHERENT',
  'INFLAMMATORY',
  'LIKELY_TO_REJECT',
  'OFF_TOPIC',
  'SPAM',
  'UNSUBSTANTIAL',
  'AFFINITY_EXPERIMENTAL',
  'COMPASSION_EXPERIMENTAL',
  'CONSTRUCTIVE_EXPERIMENTAL',
  'CURIOSITY_EXPERIMENTAL',
  'NUANCE_EXPERIMENTAL',
  'PERSONAL_STORY_EXPERIMENTAL',
  'REASONING_EXPERIMENTAL',
  'RESPECT_EXPERIMENTAL',
  'ALIENATION_EXPERIMENTAL',
  'FEARMONGERING_EXPERIMENTAL',
  'GENERALIZATION_EXPERIMENTAL',
  'MORAL_OUTRAGE_EXPERIMENTAL',
  'POWER_APPEAL_EXPERIMENTAL',
  'SCAPEGOATING_EXPERIMENTAL',
]);
