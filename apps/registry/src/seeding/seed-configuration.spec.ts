import { crc32 } from 'node:zlib';
import { seedConfiguration, type SeedingKv } from './seed-configuration.js';

interface Item {
  Value: string;
  Flags: number;
  ModifyIndex: number;
}

function createKv(items: Record<string, Item> = {}) {
  const store = new Map(Object.entries(items));
  let index = 10;
  const kv = {
    get: (key: string) => Promise.resolve(store.get(key)),
    set: ({ key, value, flags, cas }: { key: string; value: string; flags: number; cas: number }) => {
      if ((store.get(key)?.ModifyIndex ?? 0) !== cas) return Promise.resolve(false);
      store.set(key, { Value: value, Flags: flags, ModifyIndex: ++index });
      return Promise.resolve(true);
    },
  };
  return { kv: kv as unknown as SeedingKv, store };
}

const KEY = 'config/gateway/data';
const file = (text: string) => [{ name: 'gateway', text }];

describe(seedConfiguration.name, () => {
  it('writes what is absent', async () => {
    const { kv, store } = createKv();
    expect(await seedConfiguration(kv, file('a: 1'))).toEqual(['gateway']);
    expect(store.get(KEY)?.Value).toBe('a: 1');
  });

  it('does nothing the second time', async () => {
    const { kv } = createKv();
    await seedConfiguration(kv, file('a: 1'));
    expect(await seedConfiguration(kv, file('a: 1'))).toEqual([]);
  });

  it('follows the file as long as nobody has changed the value', async () => {
    const { kv, store } = createKv();
    await seedConfiguration(kv, file('a: 1'));
    expect(await seedConfiguration(kv, file('a: 2'))).toEqual(['gateway']);
    expect(store.get(KEY)?.Value).toBe('a: 2');
  });

  it.each([
    ['with other flags', 0],
    ['with the flags of the seed', crc32('a: 1')],
  ])("leaves an administrator's value %s", async (_, Flags) => {
    const { kv, store } = createKv({ [KEY]: { Value: 'mine: 1', Flags, ModifyIndex: 3 } });
    expect(await seedConfiguration(kv, file('a: 2'))).toEqual([]);
    expect(store.get(KEY)?.Value).toBe('mine: 1');
  });
});
