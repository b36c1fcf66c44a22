import { decodeCheck } from './check-definition.js';

const HTTP = { HTTP: 'http://127.0.0.1:1', Interval: '10s' };

describe(decodeCheck.name, () => {
  it.each([
    'TLSSkipVerify',
    'TCPUseTLS',
    'DisableRedirects',
    'SuccessBeforePassing',
    'FailuresBeforeCritical',
    'FailuresBeforeWarning',
    'TLSServerName',
  ])('refuses %s by name instead of leaving it out', (name) => {
    expect(() => decodeCheck({ ...HTTP, [name]: 1 })).toThrow(`Invalid check: ${name} is not supported by this agent`);
    expect(decodeCheck({ ...HTTP, [name]: 0 })).toMatchObject({ type: 'http' });
  });

  it.each(['TTL', 'Interval', 'Timeout'])('refuses a %s that no timer takes', (name) => {
    const at = (duration: string) => decodeCheck({ ...(name === 'TTL' ? {} : HTTP), [name]: duration });
    expect(() => at('600h')).toThrow(`Invalid check: ${name} must be at most 596h31m23.647s`);
    expect(at('596h')).toMatchObject({ status: 'critical' });
  });

  it('takes any time until a service is deregistered: no timer runs for it', () => {
    expect(decodeCheck({ TTL: '10s', DeregisterCriticalServiceAfter: '720h' }).definition.deregisterAfterMs).toBe(720 * 3_600_000);
  });
});
