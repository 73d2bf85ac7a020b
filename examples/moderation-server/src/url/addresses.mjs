import ipaddr from 'ipaddr.js';

/**
 * Makes the test of which addresses may be connected to: public ones, and those of the given networks. Whatever is
 * not plainly public is not: loopback, private, link-local (where clouds keep their metadata), and the IPv6 forms
 * that lead to an IPv4 address.
 *
 * @param networks such as `10.1.0.0/16`.
 * @throws {TypeError} for what is no network.
 */
export function createAddressTest(networks) {
  const allowed = networks.map((network) => {
    if (!ipaddr.isValidCIDR(network)) throw new TypeError(`${network} is not a network such as 10.1.0.0/16`);
    return ipaddr.parseCIDR(network);
  });
  return (address) => {
    if (!ipaddr.isValid(address)) return false;
    // An IPv4 address written as an IPv6 one is that address.
    const parsed = ipaddr.process(address);
    if (parsed.range() === 'unicast') return true;
    return allowed.some(([network, bits]) => parsed.kind() === network.kind() && parsed.match(network, bits));
  };
}
