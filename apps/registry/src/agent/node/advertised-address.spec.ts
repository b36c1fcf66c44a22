import { advertisedAddress, joinHostPort, nodeAddresses } from './advertised-address.js';

describe('the address of a node', () => {
  it.each([
    ['0.0.0.0', '127.0.0.1'],
    ['::', '127.0.0.1'],
    ['[::]', '127.0.0.1'],
    ['::1', '::1'],
    ['10.1.2.3', '10.1.2.3'],
    ['registry', 'registry'],
  ])('of one that listens on %s is %s', (host, address) => {
    expect(advertisedAddress(host)).toBe(address);
  });

  it('goes out under its own family', () => {
    expect(nodeAddresses('10.1.2.3')).toEqual({ lan: '10.1.2.3', wan: '10.1.2.3', lan_ipv4: '10.1.2.3', wan_ipv4: '10.1.2.3' });
    expect(nodeAddresses('::1')).toEqual({ lan: '::1', wan: '::1', lan_ipv6: '::1', wan_ipv6: '::1' });
    expect(nodeAddresses('registry')).toEqual({ lan: 'registry', wan: 'registry' });
    expect([joinHostPort('::1', 8300), joinHostPort('10.1.2.3', 8300)]).toEqual(['[::1]:8300', '10.1.2.3:8300']);
  });
});
