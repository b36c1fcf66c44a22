import { crc32 } from 'node:zlib';
import { seedConfiguration, type SeedingKv } from './seed-configuration.js';

interface Item {
  Value: string | null;
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

const nothing = { written: [], changedByHand: [], refused: [] };

describe(seedConfiguration.name, () => {
  it('writes what is absent', async () => {
    const { kv, store } = createKv();
    expect(await seedConfiguration(kv, file('a: 1'))).toEqual({ ...nothing, written: ['gateway'] });
    expect(store.get(KEY)?.Value).toBe('a: 1');
  });

  it('does nothing the second time', async () => {
    const { kv, store } = createKv();
    await seedConfiguration(kv, file('a: 1'));
    const before = store.get(KEY);
    expect(await seedConfiguration(kv, file('a: 1'))).toEqual(nothing);
    expect(store.get(KEY)).toEqual(before);
  });

  it('follows the file as long as nobody has changed the value', async () => {
    const { kv, store } = createKv();
    await seedConfiguration(kv, file('a: 1'));
    expect(await seedConfiguration(kv, file('a: 2'))).toEqual({ ...nothing, written: ['gateway'] });
    expect(store.get(KEY)?.Value).toBe('a: 2');
  });

  it.each([
    ['with other flags', 0],
    ['with the flags of the seed', crc32('a: 1')],
  ])("leaves an administrator's value %s, and says that the file is not used", async (_, Flags) => {
    const { kv, store } = createKv({ [KEY]: { Value: 'mine: 1', Flags, ModifyIndex: 3 } });
    expect(await seedConfiguration(kv, file('a: 2'))).toEqual({ ...nothing, changedByHand: ['gateway'] });
    expect(store.get(KEY)?.Value).toBe('mine: 1');
  });

  it('leaves a document that an administrator has emptied', async () => {
    const { kv, store } = createKv({ [KEY]: { Value: null, Flags: 0, ModifyIndex: 3 } });
    expect(await seedConfiguration(kv, file('a: 2'))).toEqual({ ...nothing, changedByHand: ['gateway'] });
    expect(store.get(KEY)?.Value).toBeNull();
  });

  it('takes the text of the file that somebody has put back for the seed, which follows the file', async () => {
    const { kv, store } = createKv({ [KEY]: { Value: 'a: 1', Flags: 0, ModifyIndex: 3 } });
    expect(await seedConfiguration(kv, file('a: 1'))).toEqual(nothing);
    expect(await seedConfiguration(kv, file('a: 2'))).toEqual({ ...nothing, written: ['gateway'] });
    expect(store.get(KEY)?.Value).toBe('a: 2');
  });

  it('does not write a file that is no YAML, says why with its line, and goes on with the others', async () => {
    const { kv, store } = createKv();
    const { written, refused } = await seedConfiguration(kv, [{ name: 'bad', text: 'b: 1\na: [1' }, ...file('a: 1')]);
    expect([written, [...store.keys()]]).toEqual([['gateway'], [KEY]]);
    expect(refused).toEqual([
      {
        key: 'file bad.yaml',
        source: 'file bad.yaml',
        reason: expect.stringMatching(/^not valid YAML: .* at line 2, column \d+$/) as string,
      },
    ]);
  });
});
