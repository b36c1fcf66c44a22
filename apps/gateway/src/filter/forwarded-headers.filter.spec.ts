import type { Exchange } from '../proxy/exchange.js';
import { HeaderList } from '../proxy/header-list.js';
import { forwardedHeaders } from './forwarded-headers.filter.js';

function exchange(socket: object = {}): Exchange {
  const headers = new HeaderList();
  return {
    headers,
    request: { headers: { host: 'a.example:8080' }, socket },
    clientAddress: '10.1.2.3',
    strippedPrefix: '/api/system',
  } as unknown as Exchange;
}

describe('forwarded headers', () => {
  it('tell who asked, and under which address', () => {
    const sent = exchange();
    void forwardedHeaders('http://localhost:8080').onRequest?.(sent);
    expect(sent.headers.lines).toEqual([
      'x-forwarded-for',
      '10.1.2.3',
      'x-forwarded-host',
      'a.example:8080',
      'x-forwarded-proto',
      'http',
      'x-forwarded-prefix',
      '/api/system',
    ]);
  });

  it('say https under a public address that is https, and http under any other name', () => {
    const schemeFor = (publicUrl: string) => {
      const sent = exchange();
      void forwardedHeaders(publicUrl).onRequest?.(sent);
      return sent.headers.get('x-forwarded-proto');
    };
    expect(schemeFor('https://a.example:8080')).toBe('https');
    expect(schemeFor('https://b.example')).toBe('http');
  });

  it('say https where the connection is encrypted', () => {
    const sent = exchange({ encrypted: true });
    void forwardedHeaders('http://localhost:8080').onRequest?.(sent);
    expect(sent.headers.get('x-forwarded-proto')).toBe('https');
  });
});
