import { describe, expect, it } from 'vitest';
import { readAddress, withoutSecrets } from '../src/store/address.js';

describe('an address', () => {
  it.each([
    ['mongodb://me:s3cr%2Fet@one:1,two:2/site?tls=true', 'mongodb://one:1,two:2/site'],
    ['mongodb+srv://me:s3cr@et@host/site', 'mongodb+srv://host/site'],
    ['redis://:s3cret@host:6379/1', 'redis://host:6379/1'],
    ['rediss://me@host', 'rediss://host'],
    ['redis://host?password=s3cret', 'redis://host'],
    ['mongodb://me:s3cr/et@host#s3cret', 'mongodb://host'],
    ['sqlite://folder/a@b.sqlite', 'sqlite://folder/a@b.sqlite'],
  ])('%s is shown as %s', (url, shown) => {
    expect(readAddress(url)?.shown).toBe(shown);
  });

  it.each(['', 'redis', 'redis://', 'redis:host', 'http://host', 'constructor://host', '//host'])(
    'is not %j',
    (url) => {
      expect(readAddress(url)).toBeUndefined();
    },
  );

  it.each([
    ['mongodb://me:s3cr%2Fet@host/site', ['s3cr%2Fet', 's3cr/et']],
    ['mongodb://me:s3cr:et@host', ['s3cr:et']],
    ['mongodb://me:s3cr@et@host', ['s3cr@et', 's3cr']],
    ['mongodb://me:s3cret@host/?appName=a@b', ['s3cret']],
    ['redis://:100%s3cret@host', ['100%s3cret']],
    ['mongodb://host/?tlsCertificateKeyFilePassword=s3cr%2Fet', ['s3cr/et']],
    ['mongodb://h/?authMechanismProperties=AWS_SESSION_TOKEN:s3cret', ['AWS_SESSION_TOKEN:s3cret']],
  ])('%s keeps its secrets out of a message', (url, secrets) => {
    const address = readAddress(url)!;
    for (const quoted of [url, ...secrets]) {
      const message = withoutSecrets(`It is said: ${quoted} is wrong`, address);
      expect(message).toMatch(/^It is said: .+ is wrong$/);
      expect(message).not.toMatch(/s3cr/);
    }
    expect(withoutSecrets('no answer within 2 s', address)).toBe('no answer within 2 s');
  });
});
