import { useConsul, type WireAnswer } from './consul-under-test.js';

const consul = useConsul();
let root: string;

beforeEach(() => {
  root = consul.name('kv');
});

afterEach(() => consul.delete(`/kv/${root}?recurse`));

interface Item {
  readonly Key: string;
  readonly Value: string | null;
  readonly Flags: number;
  readonly LockIndex: number;
  readonly ModifyIndex: number;
  readonly CreateIndex: number;
  readonly Session?: string;
}

const path = (key: string, query = '') => `/kv/${root}/${key}${query === '' ? '' : `?${query}`}`;
const put = (key: string, value: unknown = 'v', query = '') => consul.put(path(key, query), value);
const itemOf = (answer: WireAnswer) => answer.json<[Item]>()[0];
const get = async (key: string) => itemOf(await consul.get(path(key)));
const outcome = ({ status, text, headers }: WireAnswer) => [status, text.trim(), headers['content-type']];
const PLAIN = 'text/plain; charset=utf-8';
const JSON_TYPE = 'application/json';

describe('GET of a key', () => {
  it('is a list of one, with the value in base64, and the index of its last change', async () => {
    expect(outcome(await put('a', 'value'))).toEqual([200, 'true', JSON_TYPE]);
    const answer = await consul.get(path('a'));
    expect(answer.json()).toEqual([
      { LockIndex: 0, Key: `${root}/a`, Flags: 0, Value: 'dmFsdWU=', CreateIndex: answer.index, ModifyIndex: answer.index },
    ]);
    expect([answer.status, answer.headers['content-type']]).toEqual([200, JSON_TYPE]);
    expect(answer.headers).toMatchObject({ 'x-consul-knownleader': 'true', 'x-consul-lastcontact': '0' });
  });

  it('of one that is not there is 404 without a body, with an index', async () => {
    for (const query of ['', 'raw', 'recurse', 'keys']) {
      const answer = await consul.get(path('none', query));
      expect([answer.status, answer.text]).toEqual([404, '']);
      expect(answer.index).toBeGreaterThan(0);
    }
  });

  it('has null for an empty value, and no Session', async () => {
    await put('a', '');
    expect(await get('a')).toEqual({
      LockIndex: 0,
      Key: `${root}/a`,
      Flags: 0,
      Value: null,
      CreateIndex: expect.any(Number) as number,
      ModifyIndex: expect.any(Number) as number,
    });
  });

  it('?raw is the bytes, which no browser runs', async () => {
    const bytes = Buffer.from([0, 255, 10, 128, 60]);
    await put('a', bytes);
    const answer = await consul.get(path('a', 'raw'));
    expect(answer.body).toEqual(bytes);
    expect(answer.headers).toMatchObject({
      'content-type': PLAIN,
      'x-content-type-options': 'nosniff',
      'content-security-policy': 'sandbox',
      'x-consul-index': String((await get('a')).ModifyIndex),
    });
  });

  it.each([
    ['index=x', 400, 'Invalid index'],
    ['index=-1', 400, 'Invalid index'],
    ['wait=soon', 400, 'Invalid wait time'],
    ['stale&consistent', 400, 'Cannot specify ?stale with ?consistent, conflicting semantics.'],
    ['dc=moon', 500, 'No path to datacenter'],
  ])('?%s is %d %s', async (query, status, text) => {
    expect(outcome(await consul.get(path('a', query)))).toEqual([status, text, PLAIN]);
  });

  it.each(['GET', 'PUT', 'DELETE'])('%s with a namespace or a partition is refused', async (method) => {
    for (const [name, what] of [
      ['ns', 'Namespaces'],
      ['partition', 'Partitions'],
    ]) {
      const answer = await consul.ask(method, path('a', `${name}=x`), { body: 'v' });
      expect(outcome(answer)).toEqual([400, `Invalid query parameter: "${name}" - ${what} are a Consul Enterprise feature`, PLAIN]);
    }
  });

  it.each(['GET', 'PUT', 'DELETE'])('%s without a key is refused', async (method) => {
    expect(outcome(await consul.ask(method, '/kv/', { body: 'v' }))).toEqual([400, 'Missing key name', PLAIN]);
  });
});

describe('trees', () => {
  beforeEach(async () => {
    for (const key of ['b/1', 'a', 'b/c/2', 'a/d']) await put(key, key);
  });

  const list = async (key: string, query: string) =>
    (await consul.get(path(key, query))).json<string[]>().map((name) => name.slice(root.length + 1));

  it('?recurse lists everything below a prefix in the order of keys, whatever else is asked', async () => {
    for (const query of ['recurse', 'recurse=false', 'recurse&raw', 'recurse&separator=/']) {
      const items = (await consul.get(path('', query))).json<Item[]>();
      expect(items.map(({ Key }) => Key.slice(root.length + 1))).toEqual(['a', 'a/d', 'b/1', 'b/c/2']);
      expect(items[1]).toEqual({
        LockIndex: 0,
        Key: `${root}/a/d`,
        Flags: 0,
        Value: 'YS9k',
        CreateIndex: expect.any(Number) as number,
        ModifyIndex: expect.any(Number) as number,
      });
    }
  });

  it.each([
    ['', 'keys', ['a', 'a/d', 'b/1', 'b/c/2']],
    ['', 'keys=false', ['a', 'a/d', 'b/1', 'b/c/2']],
    ['', 'keys&separator=', ['a', 'a/d', 'b/1', 'b/c/2']],
    ['', 'keys&separator=/', ['a', 'a/', 'b/']],
    ['', 'keys&seperator=/', ['a', 'a/', 'b/']],
    ['', 'keys&separator=/&seperator=c', ['a', 'a/', 'b/']],
    ['', 'keys&separator=c/', ['a', 'a/d', 'b/1', 'b/c/']],
    ['b', 'keys&separator=/', ['b/']],
    ['b/', 'keys&separator=/', ['b/1', 'b/c/']],
    ['', 'keys&recurse&raw', ['a', 'a/d', 'b/1', 'b/c/2']],
  ])('keys below %j with ?%s are %j', async (prefix, query, keys) => {
    expect(await list(prefix, query)).toEqual(keys);
  });

  it('DELETE ?recurse deletes what is below a prefix and nothing else', async () => {
    expect(outcome(await consul.delete(path('b/', 'recurse=false')))).toEqual([200, 'true', JSON_TYPE]);
    expect(await list('', 'keys')).toEqual(['a', 'a/d']);
    expect(outcome(await consul.delete(path('b/', 'recurse')))).toEqual([200, 'true', JSON_TYPE]);
  });
});

describe('PUT', () => {
  it('keeps the index of creation; the same again changes nothing', async () => {
    await put('a', '1');
    const first = await get('a');
    await put('a', '1');
    expect(await get('a')).toEqual(first);
    await put('a', '2');
    const second = await get('a');
    expect([second.CreateIndex, second.ModifyIndex > first.ModifyIndex]).toEqual([first.CreateIndex, true]);
  });

  it('?flags are an unsigned 64-bit number, and 0 again when they are not given', async () => {
    await put('a', 'v', 'flags=18446744073709551615');
    expect((await consul.get(path('a'))).text).toMatch(/"Flags": ?18446744073709551615,/);
    await put('a', 'v', 'flags=007');
    expect(await get('a')).toMatchObject({ Flags: 7 });
    await put('a', 'v');
    expect(await get('a')).toMatchObject({ Flags: 0 });
  });

  it.each(['flags', 'cas'])('?%s that is no unsigned 64-bit number is refused', async (name) => {
    const refused = async (text: string) => outcome(await put('a', 'v', `${name}=${encodeURIComponent(text)}`));
    for (const text of ['', 'x', '-1', '0x10', '1.5', ' 1', '1_000']) {
      expect(await refused(text)).toEqual([500, `strconv.ParseUint: parsing "${text}": invalid syntax`, PLAIN]);
    }
    expect(await refused('18446744073709551616')).toEqual([
      500,
      'strconv.ParseUint: parsing "18446744073709551616": value out of range',
      PLAIN,
    ]);
    expect((await consul.get(path('a'))).status).toBe(404);
  });

  it('?cas=0 creates only, another number changes only what is unchanged since', async () => {
    expect(outcome(await put('a', '1', 'cas=5'))).toEqual([200, 'false', JSON_TYPE]);
    expect(outcome(await put('a', '1', 'cas=0'))).toEqual([200, 'true', JSON_TYPE]);
    expect(outcome(await put('a', '2', 'cas=0'))).toEqual([200, 'false', JSON_TYPE]);
    const { ModifyIndex: index } = await get('a');
    expect(outcome(await put('a', '2', `cas=${index}`))).toEqual([200, 'true', JSON_TYPE]);
    expect(outcome(await put('a', '3', `cas=${index}`))).toEqual([200, 'false', JSON_TYPE]);
    expect(await get('a')).toMatchObject({ Value: 'Mg==' });
  });

  it.each([
    ['cas=0&acquire=x', 'acquire=x&cas=0'],
    ['release=y&cas=0&flags=1', 'cas=0&flags=1&release=y'],
    ['release=b&acquire=a%20a', 'acquire=a+a&release=b'],
  ])('?%s contradict each other', async (query, sorted) => {
    const answer = await put('a', 'v', query);
    expect([answer.status, answer.text, answer.headers['content-type']]).toEqual([400, `Conflicting flags: ${sorted}\n`, PLAIN]);
  });

  it('takes 512 KiB and refuses one byte more, announced or not', async () => {
    const limit = 512 * 1024;
    expect((await put('a', Buffer.alloc(limit, 'x'))).text).toBe('true');
    const tooLarge = [
      413,
      `Request body(${limit + 1} bytes) too large, max size: ${limit} bytes. See https://developer.hashicorp.com/docs/agent/config/config-files#kv_max_value_size.`,
      PLAIN,
    ];
    expect(outcome(await put('a', Buffer.alloc(limit + 1, 'y')))).toEqual(tooLarge);
    expect((await consul.get(path('a', 'raw'))).body).toEqual(Buffer.alloc(limit, 'x'));
  });
});

describe('DELETE', () => {
  it('succeeds for a key that is not there', async () => {
    for (const query of ['', 'cas=0', 'cas=7']) expect(outcome(await consul.delete(path('none', query)))).toEqual([200, 'true', JSON_TYPE]);
  });

  it('?cas deletes only what is unchanged since', async () => {
    await put('a');
    const { ModifyIndex: index } = await get('a');
    for (const cas of [0, index + 1]) expect((await consul.delete(path('a', `cas=${cas}`))).text).toBe('false');
    expect((await consul.delete(path('a', `cas=${index}`))).text).toBe('true');
    expect((await consul.get(path('a'))).status).toBe(404);
  });

  it.each([
    ['cas=x', 500, 'strconv.ParseUint: parsing "x": invalid syntax'],
    ['cas', 500, 'strconv.ParseUint: parsing "": invalid syntax'],
    ['recurse&cas=1', 400, 'Conflicting flags: cas=1&recurse='],
  ])('?%s is %d %s', async (query, status, text) => {
    expect(outcome(await consul.delete(path('a', query)))).toEqual([status, text, PLAIN]);
  });
});

describe('names of keys', () => {
  it.each(['a::b', 'a;b=1', 'a+b', 'a..b', '..a', '...', 'b%20/c', 'a%3Fb', 'a%25', '%E4%B8%AD', 'a,b', 'a%5Cb', '%20b/c'])(
    'takes %s as it is',
    async (name) => {
      await put(name, 'v');
      expect(await get(name)).toMatchObject({ Key: `${root}/${decodeURIComponent(name)}` });
    },
  );

  it.each([
    ['a%2Fb', 'a/b'],
    ['a%2F', 'a/'],
    ['a%2F%2Fb', 'a/b'],
    ['a%2F.%2Fb', 'a/b'],
    ['a%2F..%2Fb', 'b'],
  ])('%s is the key %s', async (name, key) => {
    await consul.put(`/kv/${root}/below/${name}`, 'v');
    const [found] = (await consul.get(`/kv/${root}?keys`)).json<string[]>();
    expect(found).toBe(`${root}/below/${key}`);
  });

  it.each(['%20a', 'a%20', 'a/%20', '%20', 'a%2F..%2F%20q'])('%s begins or ends with a blank', async (name) => {
    for (const method of ['GET', 'PUT', 'DELETE']) {
      for (const query of ['', '?recurse', '?keys']) {
        const answer = await consul.ask(method, `/kv/${name}${query}`, { body: 'v' });
        expect(outcome(answer)).toEqual([500, 'invalid key name, leading/trailing spaces are not allowed', PLAIN]);
      }
    }
  });

  it.each(['..%2F', '..%2Ffoo', '..%2F..%2Fagent%2Fself', 'a%2F..%2F..%2Fb'])('%s leads out of the keys', async (name) => {
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const answer = await consul.ask(method, `/kv/${name}?recurse`, { body: 'v' });
      expect(outcome(answer)).toEqual([500, 'invalid key name, path traversal is not allowed', PLAIN]);
    }
  });

  it.each(['a%2541', 'a%252Fb', 'a%25zz', 'a%2520%25zz', 'a%252F..%25', '%252E', 'a%252520b', 'a%2B%2541'])(
    'takes what still holds escapes: %s',
    async (name) => {
      await put(name, 'v');
      expect(await get(name)).toMatchObject({ Key: `${root}/${decodeURIComponent(name)}` });
    },
  );

  it.each([
    ['a%2520b', 'leading/trailing spaces are'],
    ['a%20b%2541', 'leading/trailing spaces are'],
    ['a%252F..', 'path traversal is'],
    ['%252E%252e', 'path traversal is'],
    ['a..b%2541', 'path traversal is'],
    ['a%2520b%252F..', 'path traversal is'],
  ])('decoded once more %s would hold dots or blanks', async (name, what) => {
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const answer = await consul.ask(method, path(name), { body: 'v' });
      expect(outcome(answer)).toEqual([500, `invalid key name, ${what} not allowed`, PLAIN]);
    }
  });
});

describe('indexes', () => {
  const indexOf = async (key: string, query = '') => (await consul.get(path(key, query))).index;

  it('of a key and of a prefix are those of their own last change; what is missing has that of the last of all', async () => {
    await put('p/a');
    await put('p/b');
    await put('q/a');
    const [a, b, other] = [(await get('p/a')).ModifyIndex, (await get('p/b')).ModifyIndex, (await get('q/a')).ModifyIndex];
    expect([await indexOf('p/a'), await indexOf('p/', 'recurse'), await indexOf('p/', 'keys'), await indexOf('p', 'recurse')]).toEqual([
      a,
      b,
      b,
      b,
    ]);
    expect(await indexOf('p/none')).toBeGreaterThanOrEqual(other);
  });

  it('of a prefix grow with a deletion below it and never go back', async () => {
    await put('p/a');
    await put('p/b');
    await put('q/a');
    const before = await indexOf('p/', 'recurse');
    await consul.delete(path('p/b'));
    const deleted = await indexOf('p/', 'recurse');
    expect(deleted).toBeGreaterThan(before);
    await put('q/a', 'other');
    expect(await indexOf('p/', 'recurse')).toBe(deleted);
    await put('p/b');
    expect(await indexOf('p/', 'keys')).toBeGreaterThan(deleted);
    await consul.delete(path('p/', 'recurse'));
    const emptied = await indexOf('p/', 'recurse');
    await put('q/a', 'third');
    expect(await indexOf('p/', 'recurse')).toBe(emptied);
  });

  it('do not move with what has no effect', async () => {
    await put('a', '1');
    const before = await indexOf('a');
    await put('a', '1');
    await put('a', '2', 'cas=1');
    await consul.delete(path('a', 'cas=1'));
    await put('a', '2', 'release=nobody');
    expect(await indexOf('a')).toBe(before);
  });
});

describe('a blocking query', () => {
  /** Waits for a change of what was read, and makes one meanwhile. */
  async function wakeBy(key: string, query: string, change: () => Promise<unknown>, wait = '20s') {
    const { index } = await consul.get(path(key, query));
    const startedAt = performance.now();
    const waiting = consul.get(path(key, `${query}&index=${index}&wait=${wait}`));
    await change();
    const answer = await waiting;
    return { answer, before: index, ms: performance.now() - startedAt };
  }

  it.each(['', 'raw', 'recurse', 'keys'])('?%s is answered as soon as the key changes', async (query) => {
    await put('a', '1');
    const { answer, before, ms } = await wakeBy('a', query, () => put('a', '2'));
    expect(answer.index).toBeGreaterThan(before);
    expect(ms).toBeLessThan(5_000);
  });

  it('is answered when a key is deleted, and with what is left of a tree', async () => {
    await put('a');
    await put('b');
    expect((await wakeBy('a', '', () => consul.delete(path('a')))).answer.status).toBe(404);
    await put('a');
    const { answer } = await wakeBy('', 'keys', () => consul.delete(path('a')));
    expect(answer.json()).toEqual([`${root}/b`]);
  });

  it('is answered when a key that was not there is put', async () => {
    const { answer } = await wakeBy('new', '', () => put('new', '1'));
    expect(itemOf(answer)).toMatchObject({ Key: `${root}/new`, Value: 'MQ==' });
  });

  it('is not answered by changes elsewhere, but when its time is over, with what is there', async () => {
    await put('a', '1');
    await put('p/x', '1');
    const other = () => put('other', 'v');
    for (const [key, query] of [
      ['a', ''],
      ['p/', 'recurse'],
    ] as const) {
      const { answer, before, ms } = await wakeBy(key, query, other, '300ms');
      expect([answer.status, answer.index]).toEqual([200, before]);
      expect(ms).toBeGreaterThanOrEqual(290);
    }
  });

  it('with an index from the future waits until its time is over', async () => {
    await put('a');
    const startedAt = performance.now();
    const answer = await consul.get(path('a', 'index=900000000&wait=200ms'));
    expect([answer.status, performance.now() - startedAt > 190]).toEqual([200, true]);
  });
});
