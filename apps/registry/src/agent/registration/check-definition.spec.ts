import { decodeCheckRegistration } from './check-definition.js';

const HTTP = { Name: 'c', HTTP: 'http://127.0.0.1:1', Interval: '10s' };
const decode = (fields: object) => decodeCheckRegistration(Buffer.from(JSON.stringify(fields)), () => true);

describe(decodeCheckRegistration.name, () => {
  it('keeps every option of an HTTP check', () => {
    const options = {
      Method: 'PUT',
      Header: { 'X-A': ['1'] },
      Body: 'b',
      DisableRedirects: true,
      TLSSkipVerify: true,
      TLSServerName: 'name',
      Timeout: '3s',
      SuccessBeforePassing: 1,
      FailuresBeforeWarning: 2,
      FailuresBeforeCritical: 3,
      OutputMaxSize: 100,
      DeregisterCriticalServiceAfter: '90s',
    };
    expect(decode({ ...HTTP, ...options })).toMatchObject({
      type: 'http',
      interval: '10s',
      timeout: '3s',
      status: 'critical',
      definition: {
        http: HTTP.HTTP,
        method: 'PUT',
        header: { 'X-A': ['1'] },
        body: 'b',
        disableRedirects: true,
        tlsSkipVerify: true,
        tlsServerName: 'name',
        intervalMs: 10_000,
        timeoutMs: 3_000,
        successBeforePassing: 1,
        failuresBeforeWarning: 2,
        failuresBeforeCritical: 3,
        outputMaxSize: 100,
        deregisterAfterMs: 90_000,
      },
    });
  });

  it.each([
    ['an interval of less than a second is one', { ...HTTP, Interval: '10ms' }, { intervalMs: 1_000, timeoutMs: 10_000 }],
    ['nothing is waited for longer than ten minutes', { ...HTTP, Timeout: '9h' }, { timeoutMs: 600_000 }],
    ['services are not reaped before a minute', { ...HTTP, DeregisterCriticalServiceAfter: '1s' }, { deregisterAfterMs: 60_000 }],
    ['a TTL may be as long as it likes', { Name: 'c', TTL: '720h' }, { ttlMs: 2_592_000_000 }],
    [
      'HTTP/2 is pinged without TLS unless it is asked for',
      { Name: 'c', H2PING: 'x:1', Interval: '1s' },
      { h2ping: 'x:1', h2pingUseTls: false },
    ],
  ])('%s', (_, fields, definition) => {
    expect(decode(fields).definition).toMatchObject(definition);
  });

  it.each([
    [{ Args: ['x'], Interval: '1s' }, 'Scripts are disabled on this agent from remote calls'],
    [{ OSService: 'x', Interval: '1s' }, 'not implemented'],
    [{ TTL: '1s', Interval: '1s' }, 'Invalid check: Interval and TTL cannot both be specified'],
    [{ TTL: '1s', CheckID: 'x' }, 'Request decode failed: json: unknown field "CheckID"'],
  ])('refuses %j', (fields, message) => {
    expect(() => decode({ Name: 'c', ...fields })).toThrow(message);
  });
});
