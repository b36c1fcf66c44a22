import type { Exchange } from '../proxy/exchange.js';
import { HeaderList } from '../proxy/header-list.js';
import { removeOutsideHeaders } from './remove-outside-headers.filter.js';

const filter = removeOutsideHeaders(['X-Our-Own'], (name) => name.startsWith('causeway_gateway'));

function pass(...lines: string[]): string[] {
  const headers = new HeaderList(lines);
  void filter.onRequest?.({ headers } as unknown as Exchange);
  return headers.lines;
}

describe(removeOutsideHeaders.name, () => {
  it.each([
    'x-forwarded-for',
    'x-forwarded-user',
    'forwarded',
    'x-real-ip',
    'x-request-id',
    'traceparent',
    'tracestate',
    'b3',
    'x-b3-traceid',
    'x-user-id',
    'x-auth-request-email',
    'x-internal-anything',
    'x_forwarded_for',
    'x-our-own',
    'x_our_own',
  ])('removes %s', (name) => {
    expect(pass('accept', 'a', name, 'forged', name, 'twice')).toEqual(['accept', 'a']);
  });

  it('leaves other fields alone', () => {
    const lines = ['authorization', 'Bearer a', 'x-custom', '1', 'x-forward', '2'];
    expect(pass(...lines)).toEqual(lines);
  });

  it("takes the gateway's own cookies out of the rest", () => {
    expect(pass('cookie', 'a=1; causeway_gateway_8080=x; causeway_gateway_8080_signin_a=y')).toEqual(['cookie', 'a=1']);
    expect(pass('cookie', 'causeway_gateway_8080=x')).toEqual([]);
  });
});
