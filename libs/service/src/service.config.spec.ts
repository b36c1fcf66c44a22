import { ConfigStore, fieldsOf } from '@app/config';
import { createLogger } from '@app/telemetry';
import { serverConfig } from './service.config.js';

function read(environment: Record<string, string>) {
  return new ConfigStore({ service: 'test', environment, files: [], logger: createLogger('test') }).get(serverConfig).value;
}

describe('serverConfig', () => {
  it.each(['0.0.0.0', '::', '[::]', '0', '0:0:0:0:0:0:0:0'])('refuses to listen on %s without an address for others', (host) => {
    expect(() => read({ SERVICE_HOST: host })).toThrow(/server\.address .*: SERVICE_ADDRESS must be an address/);
  });

  it('says of all keys but those that are read again and again that a start reads them', () => {
    const live = fieldsOf(serverConfig).filter(({ restart }) => !restart);
    expect(live.map(({ key }) => key)).toEqual(['server.slowRequestMs', 'server.drainMs']);
  });

  it('refuses a wildcard as the address for others', () => {
    expect(() => read({ SERVICE_HOST: '127.0.0.1', SERVICE_ADDRESS: '0.0.0.0' })).toThrow('SERVICE_ADDRESS must be an address');
  });

  it.each([
    [{}, '127.0.0.1', undefined],
    [{ SERVICE_HOST: '::1' }, '::1', undefined],
    [{ SERVICE_HOST: '10.0.0.0' }, '10.0.0.0', undefined],
    [{ SERVICE_HOST: '0.0.0.0', SERVICE_ADDRESS: '10.1.2.3' }, '0.0.0.0', '10.1.2.3'],
  ])('takes %j', (environment, host, address) => {
    const value = read(environment);
    expect([value.host, value.address]).toEqual([host, address]);
  });
});
