import { checkToken } from './access-token.js';

const NO_QUERY = new URLSearchParams();
const check = (headers: Record<string, string>, expected?: string) => () => checkToken(headers, NO_QUERY, expected);

describe(checkToken.name, () => {
  it.each(['http://evil.example:8500', 'https://192.0.2.7', 'null', 'nonsense'])(
    'refuses a page of %s where no token is needed',
    (origin) => {
      expect(check({ origin })).toThrow('Permission denied: without a token no pages of other origins');
      expect(check({ origin }, '')).toThrow('Permission denied');
    },
  );

  it.each(['http://localhost:8500', 'http://127.0.0.1:8080', 'http://[::1]:8500'])('answers a page of %s', (origin) => {
    expect(check({ origin })).not.toThrow();
  });

  const browserAt = (host: string) => check({ host, 'accept-language': 'en' });

  it.each([
    'evil.example:8500',
    'evil.example',
    'EVIL.example.',
    '127.0.0.1.evil.example:8500',
    'localhost.evil.example',
    '[evil.example]',
    '[::1].evil.example:8500',
    '[::g.example]:8500',
  ])('refuses a browser that has come by the name %s where no token is needed', (host) => {
    expect(browserAt(host)).toThrow('Permission denied: without a token no pages of other origins');
  });

  it.each(['localhost:8500', '127.0.0.1:8500', '[::1]:8500', '[::1]', '192.0.2.7', 'consul:8500', 'consul', 'agent.localhost:8500'])(
    'answers a browser that has come by %s',
    (host) => {
      expect(browserAt(host)).not.toThrow();
    },
  );

  it('answers a client that is no browser by whatever name it has come', () => {
    expect(check({ host: 'consul.example:8500' })).not.toThrow();
  });

  it('answers a client that is no browser, and a page that has the token', () => {
    expect(check({})).not.toThrow();
    expect(check({ origin: 'http://console.example', 'x-consul-token': 'secret' }, 'secret')).not.toThrow();
  });

  it('asks for the token, wherever it stands', () => {
    expect(check({}, 'secret')).toThrow('Permission denied: anonymous token lacks permission');
    expect(check({ authorization: 'Bearer other' }, 'secret')).toThrow('ACL not found');
    expect(check({ authorization: 'Bearer secret' }, 'secret')).not.toThrow();
    expect(() => checkToken({ 'x-consul-token': 'other' }, new URLSearchParams({ token: 'secret' }), 'secret')).not.toThrow();
  });
});
