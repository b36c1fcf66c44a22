import { TOKEN_EXCHANGE_GRANT } from '@app/contracts';
import { parseSeed } from './seed.schema.js';
import { toClient } from './seed.service.js';

const SECRET = 'a'.repeat(43);
const machine = {
  clientId: 'station',
  clientSecret: SECRET,
  grantTypes: ['client_credentials'],
  scopes: ['dynamic:pass-records:write'],
  for: 'station',
};
const gateway = {
  clientId: 'gateway',
  clientSecret: SECRET,
  grantTypes: ['authorization_code', 'refresh_token', TOKEN_EXCHANGE_GRANT],
  redirectUris: ['http://localhost:8080/login/callback'],
  firstParty: true,
};
const parse = (seed: object) => parseSeed(JSON.stringify(seed));

describe(parseSeed.name, () => {
  it('reads clients and credentials', () => {
    const seed = parse({ clients: [machine, gateway], credentials: [{ userId: 'u-1', username: 'ann', password: 'long enough' }] });
    expect(seed.clients.map(({ clientId, firstParty }) => [clientId, firstParty])).toEqual([
      ['station', false],
      ['gateway', true],
    ]);
    expect(seed.credentials).toHaveLength(1);
  });

  it.each<[string, object, string]>([
    ['an unknown scope', { clients: [{ ...machine, scopes: ['all'] }] }, 'clients.0.scopes.0'],
    ['the internal permission', { clients: [{ ...machine, scopes: ['system:principals:read'] }] }, 'clients.0.scopes.0'],
    ['no scope', { clients: [{ ...machine, scopes: [] }] }, 'clients.0.scopes: must hold a scope'],
    ['a short secret', { clients: [{ ...machine, clientSecret: 'short' }] }, 'clients.0.clientSecret'],
    ['an unknown grant', { clients: [{ ...machine, grantTypes: ['password'] }] }, 'clients.0.grantTypes.0'],
    [
      'token exchange for a foreign client',
      { clients: [{ ...gateway, firstParty: false, scopes: ['openid'] }] },
      'first-party client only',
    ],
    ['a code flow without an address', { clients: [{ ...gateway, redirectUris: [] }] }, 'clients.0.redirectUris'],
    ['an address that runs a script', { clients: [{ ...gateway, redirectUris: ['javascript:alert(1)'] }] }, 'clients.0.redirectUris.0'],
    ['an unknown field', { clients: [], users: [] }, 'has unknown fields (users)'],
  ])('names the field of %s', (_, seed, message) => {
    expect(() => parse(seed)).toThrow(message);
  });

  it('never shows a value', () => {
    const read = () => parse({ clients: [{ ...machine, clientSecret: 'hunter2', grantTypes: ['hunter2'] }] });
    expect(read).toThrow('clients.0.clientSecret');
    expect(read).not.toThrow('hunter2');
    expect(() => parseSeed('{"clientSecret": "hunter2"')).toThrow('AUTH_SEED_FILE is not JSON.');
  });
});

describe(toClient.name, () => {
  it('stores the hash of the secret alone', () => {
    const client = toClient(parse({ clients: [machine] }).clients[0]!);
    expect(client.secretHash).toMatch(/^[0-9a-f]{64}$/);
    expect(JSON.stringify(client)).not.toContain(SECRET);
  });

  it("lets our own client sign out to its origin's root, and see who signed in", () => {
    const client = toClient(parse({ clients: [gateway] }).clients[0]!);
    expect(client).toMatchObject({ postLogoutRedirectUris: ['http://localhost:8080/'], scopes: ['openid', 'profile'] });
  });
});
