import { lookup as resolveName } from 'node:dns/promises';
import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import { isIP } from 'node:net';
import { Problem } from '../http/problem.mjs';
import { createAddressTest } from './addresses.mjs';

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/**
 * Makes the function that reads a document from somewhere else, for a caller who is not trusted. The host must be
 * one of the list, it must resolve to public addresses only, the connection goes to the very address that was
 * looked at, and all of it holds again after each redirect.
 *
 * @param lookup resolves a host name to a list of `{ address, family }`.
 */
export function createFetch(
  { hosts, privateNetworks, timeoutMs, maxBytes, maxRedirects },
  lookup = resolveAll,
) {
  const isAllowed = createAddressTest(privateNetworks);
  const allowedHosts = new Set(hosts.map((host) => host.toLowerCase()));

  /**
   * Gives `{ name, type, body }`; `body` yields chunks and throws past the size.
   *
   * @throws {Problem} 400 for a URL that is none, 403 for one that is not allowed, 502 or 504 for what fails there.
   */
  return async function fetchDocument(url, outer) {
    const signal = AbortSignal.any([outer, AbortSignal.timeout(timeoutMs)]);
    let at = parse(url);
    for (let redirects = 0; ; redirects++) {
      const response = await send(at, await addressOf(at), signal);
      if (!REDIRECTS.has(response.statusCode)) return toDocument(at, response, signal);
      response.destroy();
      if (redirects >= maxRedirects) throw new Problem(502, 'The document is behind too many redirects.');
      at = parse(response.headers.location, at);
    }
  };

  function parse(url, base) {
    if (!URL.canParse(url ?? '', base)) throw new Problem(base ? 502 : 400, 'The URL is not one.');
    const parsed = new URL(url, base);
    if (!['http:', 'https:'].includes(parsed.protocol))
      throw new Problem(403, 'Only http and https are read.');
    if (parsed.username !== '' || parsed.password !== '')
      throw new Problem(403, 'A URL with a password is not read.');
    // With its port, where that is not the protocol's own: another service may listen there.
    if (!allowedHosts.has(parsed.host))
      throw new Problem(403, 'That host is not in the list of `URL_HOSTS`.');
    return parsed;
  }

  async function addressOf({ hostname }) {
    const name = hostname.replace(/^\[|\]$/g, '');
    const family = isIP(name);
    const addresses = family === 0 ? await lookup(name).catch(() => []) : [{ address: name, family }];
    if (addresses.length === 0) throw new Problem(502, 'The host has no address.');
    // One private address among public ones is a host to keep away from, not one to choose from.
    if (addresses.every(({ address }) => isAllowed(address))) return addresses[0];
    throw new Problem(403, 'The host has an address that is not public.');
  }

  async function toDocument({ pathname }, response, signal) {
    const { statusCode, headers } = response;
    const refuse = (status, detail) => {
      response.destroy();
      throw new Problem(status, detail);
    };
    if (statusCode !== 200) refuse(502, `The host answered ${statusCode}.`);
    if (headers['content-encoding'] !== undefined) refuse(502, 'The document is compressed.');
    if (Number(headers['content-length'] ?? 0) > maxBytes)
      refuse(502, `The document is larger than ${maxBytes} bytes.`);
    return { name: pathname, type: headers['content-type'], body: limited(response, signal) };
  }

  async function* limited(response, signal) {
    let bytes = 0;
    try {
      for await (const chunk of response) {
        bytes += chunk.length;
        if (bytes > maxBytes) throw new Problem(502, `The document is larger than ${maxBytes} bytes.`);
        yield chunk;
      }
    } catch (error) {
      throw toProblem(error, signal);
    }
  }
}

async function send(url, { address, family }, signal) {
  const { get } = url.protocol === 'https:' ? https : http;
  // The name stays the URL's, for the Host header and the certificate; only the address is fixed.
  const connectTo = (_name, options, callback) =>
    options.all ? callback(null, [{ address, family }]) : callback(null, address, family);
  const headers = { Accept: 'text/plain, text/csv, application/x-ndjson', 'Accept-Encoding': 'identity' };
  try {
    // Without an agent, whose kept connections were looked at another time.
    const request = get(url, { agent: false, lookup: connectTo, signal, headers });
    const [response] = await once(request, 'response');
    return response;
  } catch (error) {
    throw toProblem(error, signal);
  }
}

function toProblem(error, signal) {
  if (error instanceof Problem) return error;
  if (signal.aborted) return new Problem(504, 'The host takes too long.');
  return new Problem(502, `The host cannot be read (${error.code ?? error.name}).`);
}

function resolveAll(name) {
  return resolveName(name, { all: true, verbatim: true });
}
