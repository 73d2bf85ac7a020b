import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createAddressTest } from '../src/url/addresses.mjs';
import { createFetch } from '../src/url/fetch-document.mjs';

const settings = {
  hosts: ['site.test'],
  privateNetworks: ['127.0.0.1/32'],
  timeoutMs: 10_000,
  maxBytes: 1000,
  maxRedirects: 2,
};

describe('reading from a URL', () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close().closeAllConnections();
  });

  /** A server on 127.0.0.1, and the name by which the tests' own resolver finds it. */
  async function serve(listener: RequestListener): Promise<{ host: string; url: string }> {
    const server = createServer(listener).listen(0, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    const host = `site.test:${(server.address() as AddressInfo).port}`;
    return { host, url: `http://${host}/texts` };
  }
  /** Resolves to one answer after the other, the last one again and again. */
  const resolver = (...answers: string[][]) => {
    const asked: string[] = [];
    const lookup = async (name: string) => {
      asked.push(name);
      const addresses = answers[Math.min(asked.length, answers.length) - 1] as string[];
      return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    };
    return { asked, lookup };
  };
  const here = resolver(['127.0.0.1']).lookup;
  const read = async (url: string, options: object, lookup = here): Promise<string> => {
    const fetchDocument = createFetch({ ...settings, ...options }, lookup);
    const { body } = await fetchDocument(url, new AbortController().signal);
    const chunks = [];
    for await (const chunk of body) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  };
  const refusal = (statusCode: number, detail: string) =>
    expect.objectContaining({ statusCode, message: expect.stringContaining(detail) });

  it('connects to the address that was looked at, under the name that was asked for', async () => {
    const { host, url } = await serve((request, response) => response.end(`for ${request.headers.host}`));
    const { asked, lookup } = resolver(['127.0.0.1'], ['10.0.0.1']);
    expect(await read(url, { hosts: [host] }, lookup)).toBe(`for ${host}`);
    expect(asked).toEqual(['site.test']);
  });

  it('refuses a host with any address that is not public', async () => {
    const { host, url } = await serve((_request, response) => response.end());
    for (const addresses of [['127.0.0.1', '10.0.0.1'], ['::ffff:10.0.0.1'], ['169.254.169.254'], ['::1']]) {
      const reading = read(url, { hosts: [host] }, resolver(addresses).lookup);
      await expect(reading).rejects.toEqual(refusal(403, 'not public'));
    }
    await expect(read(url, { hosts: [host] }, resolver([]).lookup)).rejects.toEqual(
      refusal(502, 'no address'),
    );
  });

  it('looks at every redirect as at the first address', async () => {
    let target = '';
    const { host, url } = await serve((request, response) => {
      if (request.url === '/texts') response.writeHead(302, { Location: target }).end();
      else response.end('arrived');
    });
    target = '/there';
    expect(await read(url, { hosts: [host] })).toBe('arrived');
    const { lookup } = resolver(['127.0.0.1'], ['192.168.1.1']);
    await expect(read(url, { hosts: [host] }, lookup)).rejects.toEqual(refusal(403, 'not public'));
    for (target of [
      'http://169.254.169.254/',
      'http://other.test/',
      'file:///etc/passwd',
      'http://a:b@site.test/',
    ]) {
      await expect(read(url, { hosts: [host] })).rejects.toEqual(
        expect.objectContaining({ statusCode: 403 }),
      );
    }
    target = '/texts';
    await expect(read(url, { hosts: [host] })).rejects.toEqual(refusal(502, 'too many redirects'));
  });

  it('refuses another port of the same host', async () => {
    const { url } = await serve((_request, response) => response.end());
    await expect(read(url, { hosts: ['site.test'] })).rejects.toEqual(refusal(403, 'not in the list'));
    await expect(read(url, { hosts: ['site.test:1'] })).rejects.toEqual(refusal(403, 'not in the list'));
  });

  it('refuses an address written where a name should be', async () => {
    for (const host of ['127.0.0.2', '[::1]', '2130706434', '0x7f.2']) {
      const hosts = ['127.0.0.2', '[::1]'];
      await expect(read(`http://${host}/`, { hosts })).rejects.toEqual(refusal(403, 'not public'));
    }
  });

  it('stops at the size, said or not', async () => {
    const said = await serve((_request, response) => {
      response.setHeader('Content-Length', 2000).write('a');
    });
    await expect(read(said.url, { hosts: [said.host] })).rejects.toEqual(refusal(502, 'larger than 1000'));
    const unsaid = await serve((_request, response) => response.write('a'.repeat(2000)));
    await expect(read(unsaid.url, { hosts: [unsaid.host] })).rejects.toEqual(
      refusal(502, 'larger than 1000'),
    );
  });

  it('stops at the time, before an answer and in the middle of one', async () => {
    const options = { timeoutMs: 100 };
    const silent = await serve(() => {});
    const early = read(silent.url, { ...options, hosts: [silent.host] });
    await expect(early).rejects.toEqual(refusal(504, 'too long'));
    const slow = await serve((_request, response) => response.write('a'));
    await expect(read(slow.url, { ...options, hosts: [slow.host] })).rejects.toEqual(
      refusal(504, 'too long'),
    );
  });

  it('refuses what is compressed, or no document', async () => {
    const packed = await serve((_request, response) => response.setHeader('Content-Encoding', 'gzip').end());
    await expect(read(packed.url, { hosts: [packed.host] })).rejects.toEqual(refusal(502, 'compressed'));
    const gone = await serve((_request, response) => response.writeHead(404).end());
    await expect(read(gone.url, { hosts: [gone.host] })).rejects.toEqual(refusal(502, 'answered 404'));
  });
});

describe('the addresses that may be connected to', () => {
  it.each([
    ...['0.0.0.0', '10.1.2.3', '100.64.0.1', '127.0.0.1', '169.254.169.254', '172.16.0.1', '192.0.0.1'],
    ...[
      '192.168.0.1',
      '198.18.0.1',
      '224.0.0.1',
      '255.255.255.255',
      '::',
      '::1',
      'fe80::1',
      'fc00::1',
      'ff02::1',
    ],
    ...[
      '::ffff:127.0.0.1',
      '::ffff:a00:1',
      '64:ff9b::7f00:1',
      '2002:7f00:1::',
      '2001:db8::1',
      'fe80::1%eth0',
    ],
    ...['fec0::1', 'localhost', ''],
  ])('are not %s', (address) => {
    expect(createAddressTest([])(address)).toBe(false);
  });

  it.each(['1.1.1.1', '93.184.215.14', '2606:4700::1111', '::ffff:1.1.1.1'])('are %s', (address) => {
    expect(createAddressTest([])(address)).toBe(true);
  });

  it('are those of a named network too, and no more', () => {
    const isAllowed = createAddressTest(['10.1.0.0/16', 'fd00::/8']);
    for (const address of ['10.1.2.3', '::ffff:10.1.2.3', 'fd00::1']) expect(isAllowed(address)).toBe(true);
    for (const address of ['10.2.0.1', 'fc00::1', '127.0.0.1']) expect(isAllowed(address)).toBe(false);
    expect(() => createAddressTest(['10.1'])).toThrow(TypeError);
  });
});
