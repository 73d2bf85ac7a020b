/** Where a vocabulary is kept, as the command line names it. */
export interface Address {
  readonly kind: 'mongodb' | 'redis' | 'sqlite';
  /** With its password, if it has one. */
  readonly url: string;
  /** Without user and password, and without options, which may hold secrets too. */
  readonly shown: string;
}

/** What an address begins with, and the kind of its database. */
const SCHEMES: Readonly<Record<string, Address['kind']>> = {
  'mongodb:': 'mongodb',
  'mongodb+srv:': 'mongodb',
  'redis:': 'redis',
  'rediss:': 'redis',
  'sqlite:': 'sqlite',
};

/** Reads an address; `undefined` for what is none. Not by `URL`: MongoDB's may name several hosts. */
export function readAddress(url: string): Address | undefined {
  const [scheme = ''] = url.split('//', 1);
  const kind = Object.hasOwn(SCHEMES, scheme) ? SCHEMES[scheme] : undefined;
  const rest = url.slice(scheme.length + 2);
  if (kind === undefined || rest === '') return undefined;
  if (kind === 'sqlite') return { kind, url, shown: url };
  // Up to the last @, also where a password has one that is not escaped.
  const place = rest.slice(rest.lastIndexOf('@') + 1).split(/[?#]/, 1)[0];
  return { kind, url, shown: `${scheme}//${place}` };
}

/** Takes an address's secrets out of a message, which may quote it. */
export function withoutSecrets(message: string, { kind, url, shown }: Address): string {
  if (kind === 'sqlite') return message;
  return secretsOf(url)
    .sort((one, other) => other.length - one.length)
    .reduce((text, secret) => text.replaceAll(secret, '…'), message.replaceAll(url, shown));
}

/** The password and the values of options, as they are written and as they are meant. */
function secretsOf(url: string): string[] {
  const [, rest = ''] = url.split(/\/\/(.*)/s);
  const colon = rest.indexOf(':') + 1;
  // Whichever @ ends it: one that is not escaped may be a part of it, or of an option.
  const passwords = Array.from(rest.matchAll(/@/g), ({ index }) => rest.slice(colon || index, index));
  const options = [...new URLSearchParams(rest.split('?').slice(1).join('?'))]
    .filter(([name]) => /pass|secret|token|properties/i.test(name))
    .map(([, value]) => value);
  return [...passwords, ...passwords.map(decode), ...options].filter((secret) => secret !== '');
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
