import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, jwtVerify, SignJWT, type CryptoKey, type JWK } from 'jose';
import { JwksClient } from './jwks.client.js';

interface Issuer {
  server: Server;
  keys: JWK[];
  status: number;
  asked: number;
}

async function startIssuer(): Promise<Issuer> {
  const server = createServer((_, response) => {
    issuer.asked += 1;
    response.writeHead(issuer.status, { 'content-type': 'application/json' }).end(JSON.stringify({ keys: issuer.keys }));
  });
  const issuer: Issuer = { server, keys: [], status: 200, asked: 0 };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return issuer;
}

describe(JwksClient.name, () => {
  let issuer: Issuer;

  beforeEach(async () => {
    issuer = await startIssuer();
  });
  afterEach(() => {
    issuer.server.closeAllConnections();
    issuer.server.close();
  });

  const createClient = (minIntervalMs = 0, locate?: () => Promise<string | undefined>) => {
    const { port } = issuer.server.address() as AddressInfo;
    return new JwksClient(locate ?? (() => Promise.resolve(`http://127.0.0.1:${port}/`)), () => ({ timeoutMs: 300, minIntervalMs }));
  };
  const addKey = async (kid: string): Promise<CryptoKey> => {
    const { publicKey, privateKey } = await generateKeyPair('ES256');
    issuer.keys.push({ ...(await exportJWK(publicKey)), kid, alg: 'ES256' });
    return privateKey;
  };
  const sign = (key: CryptoKey, kid: string) => new SignJWT({}).setProtectedHeader({ alg: 'ES256', kid }).sign(key);

  it('fetches once, for many tokens at the same time', async () => {
    const token = await sign(await addKey('a'), 'a');
    const client = createClient();
    await Promise.all(Array.from({ length: 5 }, () => jwtVerify(token, client.find)));
    await jwtVerify(token, client.find);
    expect(issuer.asked).toBe(1);
  });

  it('fetches again for a key that it does not know', async () => {
    const client = createClient();
    await jwtVerify(await sign(await addKey('a'), 'a'), client.find);
    await jwtVerify(await sign(await addKey('b'), 'b'), client.find);
    expect(issuer.asked).toBe(2);
  });

  it('is not made to fetch by a stream of unknown keys', async () => {
    const client = createClient(60_000);
    const key = await addKey('a');
    await jwtVerify(await sign(key, 'a'), client.find);
    for (let count = 0; count < 5; count += 1) {
      await expect(jwtVerify(await sign(key, `unknown-${count}`), client.find)).rejects.toMatchObject({ code: 'ERR_JWKS_NO_MATCHING_KEY' });
    }
    expect(issuer.asked).toBe(1);
  });

  it.each<[string, () => JwksClient]>([
    ['no instance is known', () => createClient(0, () => Promise.resolve(undefined))],
    ['nothing listens', () => createClient(0, () => Promise.resolve('http://127.0.0.1:1/'))],
    ['the issuer fails', () => ((issuer.status = 500), createClient())],
  ])('says UNAVAILABLE when %s', async (_, create) => {
    const token = await sign(await addKey('a'), 'a');
    await expect(jwtVerify(token, create().find)).rejects.toMatchObject({ code: 'UNAVAILABLE', status: 503 });
  });

  it('goes on with the keys it has while the issuer is away', async () => {
    const key = await addKey('a');
    const client = createClient();
    await jwtVerify(await sign(key, 'a'), client.find);
    issuer.status = 500;
    await expect(jwtVerify(await sign(key, 'b'), client.find)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(jwtVerify(await sign(key, 'a'), client.find)).resolves.toBeDefined();
  });

  it('works again when the issuer is back', async () => {
    const token = await sign(await addKey('a'), 'a');
    const client = createClient(60_000);
    issuer.status = 500;
    await expect(jwtVerify(token, client.find)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    issuer.status = 200;
    await expect(jwtVerify(token, client.find)).resolves.toBeDefined();
  });
});
