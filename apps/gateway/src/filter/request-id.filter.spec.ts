import type { Exchange } from '../proxy/exchange.js';
import { HeaderList } from '../proxy/header-list.js';
import { requestIdFilter } from './request-id.filter.js';

const exchange = () => ({ headers: new HeaderList(), requestId: '' }) as unknown as Exchange;

describe('request id', () => {
  it('is new for each request, the same to the upstream and back', () => {
    const [one, other] = [exchange(), exchange()];
    void requestIdFilter.onRequest?.(one);
    void requestIdFilter.onRequest?.(other);
    expect(one.requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(one.requestId).not.toBe(other.requestId);
    expect(one.headers.get('x-request-id')).toBe(one.requestId);
    const answer = { 'x-request-id': 'of the service' };
    requestIdFilter.onResponse?.(one, answer);
    expect(answer['x-request-id']).toBe(one.requestId);
  });
});
