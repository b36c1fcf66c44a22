import { Permission, type Principal } from '@app/contracts';
import { toClientSubject, toUserSubject } from './token-exchange.grant.js';

type UserToken = Parameters<typeof toUserSubject>[0];
type ClientToken = Parameters<typeof toClientSubject>[0];

const principal: Principal = {
  id: 'u-1',
  username: 'ann',
  displayName: 'Ann',
  enabled: true,
  roles: ['officer'],
  permissions: [Permission.ReportsRead, Permission.CountersRead, Permission.PrincipalsRead, 'made:up:permission'],
  area: null,
};
const userToken = (scope: string, firstParty: boolean) =>
  ({
    kind: 'user',
    source: { scopes: new Set(scope.split(' ')) },
    client: { clientId: 'c', first_party: firstParty },
  }) as unknown as UserToken;
const clientToken = (scope: string, ofClient: string) =>
  ({ kind: 'client', source: { scopes: new Set(scope.split(' ')) }, client: { clientId: 'c', scope: ofClient } }) as unknown as ClientToken;

describe(toUserSubject.name, () => {
  it('gives all known permissions of the roles through a first-party client, never the internal one', () => {
    expect(toUserSubject(userToken('openid', true), principal).permissions).toEqual([Permission.CountersRead, Permission.ReportsRead]);
  });

  it('gives the part that was consented to through another client', () => {
    const scope = `openid ${Permission.ReportsRead} ${Permission.UsersWrite} ${Permission.PrincipalsRead}`;
    expect(toUserSubject(userToken(scope, false), principal).permissions).toEqual([Permission.ReportsRead]);
  });

  it('leaves the area out where there is none', () => {
    expect(toUserSubject(userToken('openid', true), principal)).not.toHaveProperty('area');
    expect(toUserSubject(userToken('openid', true), { ...principal, area: '33' }).area).toBe('33');
  });
});

describe(toClientSubject.name, () => {
  it('gives the scopes of the token that the client still has', () => {
    const token = clientToken(
      `${Permission.CountersRead} ${Permission.EventsRead}`,
      `${Permission.CountersRead} ${Permission.ReportsRead}`,
    );
    expect(toClientSubject(token)).toEqual({
      sub: 'c',
      kind: 'client',
      client_id: 'c',
      roles: [],
      permissions: [Permission.CountersRead],
    });
  });

  it('never gives the internal permission', () => {
    expect(toClientSubject(clientToken(Permission.PrincipalsRead, Permission.PrincipalsRead)).permissions).toEqual([]);
  });
});
