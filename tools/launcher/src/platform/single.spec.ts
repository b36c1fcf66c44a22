import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { planSingleStart } from './single.ts';

describe(planSingleStart.name, () => {
  let data: string;

  beforeEach(async () => {
    data = await mkdtemp(join(tmpdir(), 'single-'));
  });

  afterEach(() => rm(data, { recursive: true }));

  const plan = (host: string) =>
    planSingleStart({
      name: 'registry',
      port: 18_500,
      data,
      joined: undefined,
      environment: { CONSUL_HOST: host, CONSUL_HTTP_TOKEN: 't' },
    });

  it.each([
    ['127.0.0.1', 'http://127.0.0.1:18500'],
    ['::1', 'http://[::1]:18500'],
    ['0.0.0.0', 'http://127.0.0.1:18500 and every other address of this machine'],
    ['::', 'http://127.0.0.1:18500 and every other address of this machine'],
  ])('says where the registry listens with CONSUL_HOST=%s', async (host, where) => {
    const { describe: describeListening } = await plan(host);
    expect(describeListening({ port: 1, managementPort: 2 })).toBe(
      `Consul API on ${where}, data in ${data}, health on http://127.0.0.1:2/health/ready. Ctrl-C stops it.`,
    );
  });

  it.each([
    ['takes back a folder that it has made', 'new', false],
    ['leaves one that was there', '.', true],
  ])('%s when the start comes to nothing', async (_, path, isLeft) => {
    const folder = join(data, path);
    const { takeBack } = await planSingleStart({ name: 'registry', port: 18_500, data: folder, joined: undefined, environment: {} });
    expect(existsSync(folder)).toBe(true);
    await takeBack();
    expect(existsSync(folder)).toBe(isLeft);
  });

  it('takes nothing back that holds something', async () => {
    const folder = join(data, 'new');
    const { takeBack } = await planSingleStart({ name: 'registry', port: 18_500, data: folder, joined: undefined, environment: {} });
    await mkdir(join(folder, 'config'));
    await takeBack();
    expect(existsSync(join(folder, 'config'))).toBe(true);
  });

  it('says which variable the address of the Consul API comes from', async () => {
    const { ports } = await plan('127.0.0.1');
    expect(ports.map(({ user, hostVariable }) => [user, hostVariable])).toEqual([
      ['registry, for Consul', 'CONSUL_HOST'],
      ['registry, for its health', undefined],
    ]);
  });
});
