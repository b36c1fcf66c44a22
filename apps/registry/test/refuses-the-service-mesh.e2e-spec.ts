import { ConsulUnderTest } from './contract/consul-under-test.js';

/** The contract of a Consul whose Connect is off (`connect { enabled = false }`), as that of this agent always is. */
describe('the service mesh is refused', () => {
  const REFUSAL = 'Connect must be enabled in order to use this endpoint';
  let consul: ConsulUnderTest;

  beforeAll(async () => {
    consul = await ConsulUnderTest.start();
  }, 120_000);

  afterAll(() => consul.stop());

  it.each([
    ['GET', '/agent/connect/ca/roots'],
    ['GET', '/agent/connect/ca/leaf/web'],
    ['GET', '/connect/ca/roots'],
    ['GET', '/connect/ca/configuration'],
    ['PUT', '/connect/ca/configuration'],
    ['GET', '/connect/intentions'],
    ['GET', '/connect/intentions/0b8a5e0c-4b4f-4b7a-9d5e-0f5a0b0a0a0a'],
    ['GET', '/connect/intentions/match?by=source&name=web'],
    ['GET', '/connect/intentions/check?source=web&destination=db'],
    ['PUT', '/connect/intentions/exact?source=web&destination=db'],
    ['DELETE', '/connect/intentions/exact?source=web&destination=db'],
    ['GET', '/discovery-chain/web'],
  ])('%s %s', async (method, path) => {
    const { status, text, headers } = await consul.ask(method, path, method === 'PUT' ? { body: {} } : {});
    expect([status, text, headers['content-type']]).toEqual([500, REFUSAL, 'text/plain; charset=utf-8']);
  });

  it('to connections that ask whether they may be', async () => {
    const body = { Target: 'db', ClientCertURI: 'spiffe://x/ns/default/dc/dc1/svc/web', ClientCertSerial: '1' };
    const { status, text } = await consul.ask('POST', '/agent/connect/authorize', { body });
    expect([status, text]).toEqual([500, `failed getting intention match: ${REFUSAL}`]);
  });

  it.each([
    ['PUT', '/agent/connect/ca/roots', 'GET,OPTIONS'],
    ['GET', '/agent/connect/authorize', 'OPTIONS,POST'],
    ['PUT', '/connect/intentions', 'GET,OPTIONS,POST'],
    ['POST', '/connect/intentions/exact', 'DELETE,GET,OPTIONS,PUT'],
  ])('%s %s is not allowed', async (method, path, allowed) => {
    const { status, headers } = await consul.ask(method, path);
    expect([status, String(headers.allow).split(',').sort().join(',')]).toEqual([405, allowed]);
  });
});
