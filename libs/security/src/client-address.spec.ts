import type { IncomingMessage } from 'node:http';
import { ClientAddress } from './client-address.js';

const from = (remoteAddress: string, forwarded?: string) =>
  ({ socket: { remoteAddress }, headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded } }) as unknown as IncomingMessage;

describe(ClientAddress.name, () => {
  const address = new ClientAddress(['127.0.0.0/8', '::1/128', '10.2.0.0/16']);

  it.each([
    ['the peer without a proxy', from('203.0.113.7'), '203.0.113.7'],
    ['the peer when it is not trusted', from('203.0.113.7', '198.51.100.1'), '203.0.113.7'],
    ['the last hop that a trusted proxy wrote', from('127.0.0.1', '192.0.2.1, 198.51.100.1'), '198.51.100.1'],
    ['an IPv6 hop', from('::1', '2001:db8::1'), '2001:db8::1'],
    ['the peer when the hop is no address', from('10.2.3.4', 'unknown'), '10.2.3.4'],
    ['a peer in a mapped form', from('::ffff:127.0.0.1', '198.51.100.1'), '198.51.100.1'],
    ['the plain form of a mapped peer', from('::ffff:203.0.113.7'), '203.0.113.7'],
    ['the hop before a row of trusted proxies', from('127.0.0.1', '192.0.2.1, 198.51.100.1, 10.2.0.9'), '198.51.100.1'],
    ['a trusted proxy that asks for itself', from('127.0.0.1', '10.2.0.9'), '10.2.0.9'],
    ['the trusted peer that names nobody', from('127.0.0.1'), '127.0.0.1'],
  ])('is %s', (_, request, expected) => {
    expect(address.of(request)).toBe(expected);
  });
});
