import { examplePlatform } from '../platform/example-platform.ts';
import { settingsOf } from '../platform/platform.ts';
import { toCredentials } from './credentials.ts';

describe(toCredentials.name, () => {
  const platform = examplePlatform();
  const credentials = toCredentials(settingsOf(platform), platform.secrets);

  it('has the shape that programs rely on', () => {
    expect(Object.keys(credentials)).toEqual(['address', 'issuer', 'services', 'database', 'redis', 'users', 'clients']);
    expect(credentials.users).toContainEqual({ username: 'admin', password: 'password-of-admin', roles: ['administrator'] });
  });

  it('has one client that may post pass records, and one that may read', () => {
    const clientFor = (purpose: string) => credentials.clients.filter((client) => client.for === purpose);
    expect(clientFor('station')).toEqual([
      {
        clientId: 'station',
        clientSecret: 'station-secret',
        grantTypes: ['client_credentials'],
        scopes: ['dynamic:pass-records:write'],
        for: 'station',
      },
    ]);
    expect(clientFor('reports')).toHaveLength(1);
    expect(clientFor('reports')[0]?.scopes).toEqual(
      expect.arrayContaining(['statistics:reports:read', 'dynamic:counters:read', 'system:areas:read']),
    );
    expect(clientFor('reports')[0]?.scopes).not.toContain('dynamic:pass-records:write');
  });
});
