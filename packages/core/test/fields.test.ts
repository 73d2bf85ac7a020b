import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { aFieldsOption, createCollector } from '../src/fields/collect.js';
import type { FieldsOption } from '../src/fields/field.js';
import { ADDRESS_KEYS, kindOfKey, SECRET_KEYS } from '../src/fields/keys.js';
import type { GuardRequest } from '../src/guard/decision.js';

const limits = { maxFields: 1_000_000, maxTextLength: 1_000_000_000 };

/** Pointer and text of every field, as `/comment=Hello`. */
async function find(request: GuardRequest, fields?: FieldsOption, bounds = limits): Promise<string[]> {
  const found = await createCollector(fields).collect(request, bounds);
  return found.map((field) => `${field.in === 'body' ? '' : `${field.in}:`}${field.pointer}=${field.text}`);
}

describe('by default', () => {
  it('every string in the body is a field, in order', async () => {
    const body = { title: 'a', post: { text: 'b', tags: ['c', 'd'] }, n: 1, ok: true, none: null, big: 1n };
    expect(await find({ body, query: { q: 'no' } })).toEqual([
      '/title=a',
      '/post/text=b',
      '/post/tags/0=c',
      '/post/tags/1=d',
    ]);
  });

  it.each<[unknown, string[]]>([
    ['text', ['=text']],
    ['', []],
    [
      ['a', ['b']],
      ['/0=a', '/1/0=b'],
    ],
    [null, []],
    [undefined, []],
    [7, []],
    [true, []],
    [new String('boxed'), ['=boxed']],
    [{ a: new String('boxed') }, ['/a=boxed']],
  ])('a body of %o gives %o', async (body, expected) => {
    expect(await find({ body })).toEqual(expected);
  });

  it('keys are not texts', async () => {
    expect(await find({ body: { 'a whole sentence': 1, b: { c: {} } } })).toEqual([]);
  });

  it('escapes pointers as RFC 6901 does', async () => {
    expect(await find({ body: { 'a/b': { 'm~n': 'x' }, '': 'y', 'é "': 'z' } })).toEqual([
      '/a~1b/m~0n=x',
      '/=y',
      '/é "=z',
    ]);
  });
});

describe('keys that excuse', () => {
  it.each([
    ...[
      'password',
      'Password',
      'newPassword',
      'password_confirmation',
      'password2',
      'user-password',
      'PASSWORD',
    ],
    ...['token', 'accessToken', 'CSRFToken', '_csrf', '__RequestVerificationToken', 'authenticity_token'],
    ...['authorization', 'apiKey', 'x-api-key', 'api_key', 'apikey', 'g-recaptcha-response', 'clientSecret'],
  ])('%s is a secret', (key) => {
    expect(kindOfKey(key)).toBe('secret');
  });

  it.each([
    'email',
    'e_mail_url',
    'userEmail',
    'avatarURL',
    'image_url',
    'urls',
    'emails',
    'website',
    'href',
    'url_1',
  ])('%s is an address', (key) => {
    expect(kindOfKey(key)).toBe('address');
  });

  it.each([
    ...['comment', 'username', 'name', 'emailBody', 'tokenDescription', 'passwordHint', 'urlTitle', 'secret'],
    ...[
      'tokens',
      'tokenizer',
      'addressee',
      'key',
      'linkText',
      '',
      '1',
      'curl',
      'mypassword',
      'mail',
      'address',
    ],
    `${'a'.repeat(100)}Password`,
  ])('%s is a text', (key) => {
    expect(kindOfKey(key)).toBe('prose');
  });

  it('are exported lists, frozen, that hold what they say', () => {
    for (const key of SECRET_KEYS) expect(kindOfKey(key)).toBe('secret');
    for (const key of ADDRESS_KEYS) expect(kindOfKey(key)).toBe('address');
    expect(Object.isFrozen(SECRET_KEYS) && Object.isFrozen(ADDRESS_KEYS)).toBe(true);
  });

  it('excuse a text, never an object or what hides in an array', async () => {
    const body = {
      password: 'no',
      token: { comment: 'a', token: 'no' },
      passwords: ['b'],
      csrf: ['c'],
      email: { comment: 'd', email: 'no@no' },
      url: [{ comment: 'e' }, 'https://no', ['https://no']],
    };
    expect(await find({ body })).toEqual([
      '/token/comment=a',
      '/passwords/0=b',
      '/csrf/0=c',
      '/email/comment=d',
      '/url/0/comment=e',
    ]);
  });

  it('do not excuse a sentence under an address', async () => {
    expect(await find({ body: { url: 'not a url', emails: ['a@b', 'hello there'] } })).toEqual([
      '/url=not a url',
      '/emails/1=hello there',
    ]);
  });

  it('keep the credentials in headers out', async () => {
    const headers = { authorization: 'Bearer x', cookie: 'a=b; c=d', 'x-api-key': 'k', 'x-note': 'hello' };
    expect(await find({ headers }, { headers: true })).toEqual(['headers:/x-note=hello']);
  });
});

describe('patterns', () => {
  const body = {
    comment: 'a',
    password: 'p',
    items: [{ text: 'b', other: 'c' }, { text: { deep: 'd', list: ['e'] } }],
    'x/y': { '*': 'f' },
  };

  it.each<[string[], string[]]>([
    [['/comment'], ['/comment=a']],
    [['/items/*/text'], ['/items/0/text=b', '/items/1/text/deep=d', '/items/1/text/list/0=e']],
    [['/items/0/*'], ['/items/0/text=b', '/items/0/other=c']],
    [['/**/text'], ['/items/0/text=b', '/items/1/text/deep=d', '/items/1/text/list/0=e']],
    [['/items/**/deep'], ['/items/1/text/deep=d']],
    [['/comment/**'], ['/comment=a']],
    [['/x~1y'], ['/x~1y/*=f']],
    [
      ['/x~1y/*', '/comment'],
      ['/x~1y/*=f', '/comment=a'],
    ],
    [
      ['/comment', '/comment', '/*'],
      [
        '/comment=a',
        '/password=p',
        '/items/0/text=b',
        '/items/0/other=c',
        '/items/1/text/deep=d',
        '/items/1/text/list/0=e',
        '/x~1y/*=f',
      ],
    ],
    [['/none', '/items/7', '/comment/text', '/items/length', '/constructor/name'], []],
    [['/password'], ['/password=p']],
    [[], []],
  ])('%o find %o', async (fields, expected) => {
    expect((await find({ body }, fields)).sort()).toEqual(expected.sort());
  });

  it('of everything take secrets too', async () => {
    for (const everything of ['', '/**']) expect(await find({ body }, [everything])).toContain('/password=p');
    expect(await find({ body: 'text' }, [''])).toEqual(['=text']);
    expect(await find({ body: 'text' }, ['/comment'])).toEqual([]);
  });

  it('name parts', async () => {
    const request = { body: { a: 'no' }, query: { q: 'b', z: 'no' }, params: { id: 'c' } };
    expect(await find(request, { query: ['/q'], params: true })).toEqual(['query:/q=b', 'params:/id=c']);
    expect(createCollector({ query: true }).parts).toEqual(['query']);
  });

  it('meet a body made to confuse them without work that grows out of hand', async () => {
    const fields = ['/**/a/**/a/**/a/**/a/**/a/**/b'];
    let value: unknown = { a: 'text' };
    for (let depth = 0; depth < 10_000; depth++) value = { a: value };
    expect(await find({ body: value }, fields)).toEqual([]);
  });

  it.each([
    [
      ['comment'],
      'Expected `fields[0]` to be a JSON Pointer pattern such as `/comment` or `/items/*/text`, got `"comment"` (string)',
    ],
    [['/a', '/b~2'], 'Expected `fields[1]` to be a JSON Pointer pattern'],
    [{ body: ['x'] }, 'Expected `fields.body[0]` to be a JSON Pointer pattern'],
    [
      { body: false },
      'Expected `fields.body` to be true or an array of JSON Pointer patterns, got `false` (boolean)',
    ],
    [{ bdy: true }, 'Expected `fields` to have only known keys, got `bdy`. Did you mean `body`?'],
    [
      '/comment',
      'Expected `fields` to be an array of JSON Pointer patterns, an object of parts or a function',
    ],
    [null, 'Expected `fields` to be an array'],
  ])('that are wrong are named: %o', (fields, message) => {
    expect(() => aFieldsOption(fields, 'fields')).toThrow(message);
  });
});

describe('a function', () => {
  it('chooses texts, from any part, at once or later', async () => {
    const fields: FieldsOption = async ({ raw }) => [
      { pointer: '/comment', text: (raw as { note: string }).note },
      { in: 'headers', pointer: '/x-note', text: 'b' },
    ];
    expect(await find({ raw: { note: 'a' } }, fields)).toEqual(['/comment=a', 'headers:/x-note=b']);
    function* generate() {
      yield { pointer: '', text: 'a' };
    }
    expect(await find({}, generate)).toEqual(['=a']);
  });

  it('may name a value that is no string: its strings are judged, all of them', async () => {
    const fields: FieldsOption = ({ body }) => [{ pointer: '/c', text: (body as { c: unknown }).c }];
    expect(await find({ body: { c: ['a', { password: 'b' }, 3] } }, fields)).toEqual([
      '/c/0=a',
      '/c/1/password=b',
    ]);
    for (const c of [undefined, null, 3, '']) expect(await find({ body: { c } }, fields)).toEqual([]);
  });

  it.each<[unknown, string]>([
    ['text', 'must give an iterable of fields'],
    [undefined, 'must give an iterable of fields'],
    [['SECRET'], 'must give fields of the shape'],
    [[{ text: 'SECRET' }], 'must give a JSON Pointer'],
    [[{ pointer: 'SECRET', text: '' }], 'must give a JSON Pointer'],
    [[{ in: 'SECRET', pointer: '', text: '' }], 'must give one of body, query, params, headers as `in`'],
  ])('that gives %o fails without telling it', async (given, message) => {
    const failing = find({}, (() => given) as unknown as FieldsOption);
    await expect(failing).rejects.toMatchObject({
      code: 'FIELDS_FAILED',
      message: expect.stringContaining(message),
    });
    await expect(failing).rejects.not.toMatchObject({ message: expect.stringContaining('SECRET') });
  });

  it.each([
    [
      'throws',
      () => {
        throw new RangeError('SECRET\n    at SECRET');
      },
    ],
    ['rejects', async () => Promise.reject(new RangeError('SECRET'))],
    [
      'throws while it is iterated',
      function* () {
        yield { pointer: '', text: 'a' };
        throw new RangeError('SECRET');
      },
    ],
  ])('that %s fails with the place, never the message', async (_, fields) => {
    const error: unknown = await find({}, fields as FieldsOption).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'FIELDS_FAILED',
      message: expect.stringMatching(
        /^The `fields` function threw RangeError at .*fields\.test\.ts:\d+:\d+\)?\.$/,
      ),
    });
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('SECRET');
  });

  it('that never ends meets the bound', async () => {
    function* endless() {
      for (;;) yield { pointer: '', text: 'a' };
    }
    await expect(find({}, endless, { ...limits, maxFields: 100 })).rejects.toMatchObject({
      code: 'TOO_MANY_FIELDS',
    });
  });
});

describe('any value', () => {
  it('nested 10,000 deep is read to the bottom', async () => {
    let value: unknown = 'bottom';
    for (let depth = 0; depth < 10_000; depth++) value = depth % 2 === 0 ? [value] : { a: value };
    const [found] = await createCollector().collect({ body: value }, limits);
    expect(found?.text).toBe('bottom');
    expect(found?.pointer.length).toBeLessThanOrEqual(256);
    expect(found?.pointer).toMatch(/^\/a\/0\/a\/0/);
  });

  it('cyclic is read once', async () => {
    const body: Record<string, unknown> = { text: 'a' };
    body.self = body;
    body.list = [body, { up: body, text: 'b' }];
    expect(await find({ body })).toEqual(['/text=a', '/list/1/text=b']);
    expect(await find({ body }, ['/**/text'])).toEqual(['/text=a', '/list/1/text=b']);
  });

  it('shared is judged where any of its places is judged', async () => {
    const shared = ['no-blank'];
    expect(await find({ body: { urls: shared, comments: shared } })).toEqual(['/comments/0=no-blank']);
    const deep = { text: 'x' };
    expect(await find({ body: { a: { b: deep }, c: deep } }, ['/a/z', '/c/text', '/a/*/other'])).toEqual([
      '/c/text=x',
    ]);
  });

  it('of other kinds is read or passed over, never a crash', async () => {
    const body = Object.assign(Object.create(null) as Record<string, unknown>, {
      map: new Map<unknown, unknown>([
        ['a', 'b'],
        [{}, 'c'],
        ['password', 'no'],
      ]),
      set: new Set(['d']),
      bytes: Buffer.from('no'),
      array: new Uint8Array(3),
      date: new Date(),
      big: 1n,
      symbol: Symbol('no'),
      run: () => 'no',
      expression: /no/,
      stream: Readable.from(['no']),
      promise: Promise.resolve('no'),
      error: new Error('no'),
    });
    expect(await find({ body })).toEqual(['/map/a=b', '/map/#1=c', '/set/0=d']);
  });

  it('with a getter that throws fails, and does not pass', async () => {
    const body = {
      get comment(): string {
        throw new Error('SECRET');
      },
    };
    const failing = find({ body });
    await expect(failing).rejects.toMatchObject({ code: 'FIELDS_FAILED' });
    await expect(failing).rejects.not.toMatchObject({ message: expect.stringContaining('SECRET') });
  });

  it('with four thousand million holes costs what is in it', async () => {
    const sparse: string[] = ['a'];
    sparse[2] = 'b';
    sparse[4_294_967_294] = 'c';
    expect(await find({ body: { sparse } })).toEqual(['/sparse/0=a', '/sparse/2=b', '/sparse/4294967294=c']);
  });

  it('with a key like a comment is named by what is around it', async () => {
    const long = 'k'.repeat(65);
    expect(await find({ body: { a: { [long]: { b: 'x' } } } })).toEqual(['/a=x']);
    expect(await find({ body: { a: { ['k'.repeat(64)]: 'x' } } })).toEqual([`/a/${'k'.repeat(64)}=x`]);
    expect(await find({}, () => [{ pointer: `/a/${long}`, text: 'x' }])).toEqual(['/a=x']);
  });
});

describe('bounds', () => {
  it('are kept to the text', async () => {
    const body = ['aa', 'bb', 'cc'];
    expect(await find({ body }, undefined, { maxFields: 3, maxTextLength: 6 })).toHaveLength(3);
    await expect(find({ body }, undefined, { maxFields: 2, maxTextLength: 6 })).rejects.toMatchObject({
      code: 'TOO_MANY_FIELDS',
    });
    await expect(find({ body }, undefined, { maxFields: 3, maxTextLength: 5 })).rejects.toMatchObject({
      code: 'TEXT_TOO_LONG',
    });
  });

  it('count texts over all parts', async () => {
    const request = { body: 'aaa', query: { q: 'bbb' } };
    const bounds = { maxFields: 9, maxTextLength: 5 };
    await expect(find(request, { body: true, query: true }, bounds)).rejects.toMatchObject({
      code: 'TEXT_TOO_LONG',
    });
  });
});

describe('a large body', () => {
  it('is walked without holding the event loop, many at a time', async () => {
    const body = Array.from({ length: 50_000 }, (_, index) => ({
      [`someLongerKey${index % 7}`]: 'x',
      url: 'y',
    }));
    await find({ body });
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    await Promise.all(Array.from({ length: 4 }, () => createCollector().collect({ body }, limits)));
    delay.disable();
    // Collecting garbage takes its share; without resting it would be several hundred.
    expect(delay.max / 1e6).toBeLessThan(150);
  });

  it('stops when it is given up', async () => {
    const body = Array.from({ length: 400_000 }, () => ({ a: 'x' }));
    const controller = new AbortController();
    const walking = createCollector().collect({ body }, limits, controller.signal);
    setImmediate(() => controller.abort(new Error('given up')));
    await expect(walking).rejects.toMatchObject({ code: 'FIELDS_FAILED' });
  });

  it('has its pointers made in no more than a moment, also where they are deep', async () => {
    let value: unknown = Array.from({ length: 50_000 }, () => 'x');
    for (let depth = 0; depth < 10_000; depth++) value = [value];
    const fields = await createCollector().collect({ body: value }, limits);
    // Climbing 10,000 levels for each of 50,000 would take minutes.
    expect(new Set(fields.map((field) => field.pointer)).size).toBe(1);
  });
});
