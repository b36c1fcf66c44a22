import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { jest } from '@jest/globals';
import { Watchers } from '../store/watchers.js';
import { blockingQuery, hashBlockingQuery } from './blocking-query.js';
import { ConsulError } from './consul-error.js';
import type { ConsulRequest } from './consul-request.js';

function createRequest(query: string) {
  let end: () => void = () => undefined;
  const request: ConsulRequest = {
    rest: '',
    query: new URLSearchParams(query),
    headers: {},
    body: Buffer.alloc(0),
    whenGone: (given) => (end = given),
  };
  return { request, goAway: () => end() };
}

describe(blockingQuery.name, () => {
  let watchers: Watchers;
  let index: number;
  const read = () => ({ index, json: [index] });
  const ask = (query: string) => blockingQuery(createRequest(query).request, watchers, { topics: ['t'] }, read);
  const change = (to: number, topic = 't') => {
    index = to;
    watchers.wake(new Set([topic]));
  };

  beforeEach(() => {
    watchers = new Watchers();
    index = 5;
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it.each(['', 'index=0', 'index=4', 'wait=1s'])('answers %j at once', async (query) => {
    expect(await ask(query)).toMatchObject({ index: 5 });
  });

  it('waits for a greater index', async () => {
    const answer = ask('index=5&wait=10m');
    change(5);
    change(6);
    expect(await answer).toMatchObject({ index: 6, json: [6] });
  });

  it('is not woken by what it did not ask for', async () => {
    jest.useFakeTimers();
    const answered = jest.fn();
    void ask('index=5&wait=1s').then(answered);
    change(6, 'other');
    await jest.advanceTimersByTimeAsync(900);
    expect(answered).not.toHaveBeenCalled();
    await jest.advanceTimersByTimeAsync(200);
    expect(answered).toHaveBeenCalled();
  });

  it.each([
    ['wait=10s', 10_000],
    ['', 300_000],
    ['wait=0s', 300_000],
    ['wait=2h', 600_000],
  ])('with %j answers unchanged after %d ms and at most a sixteenth more', async (wait, ms) => {
    jest.useFakeTimers();
    const answered = jest.fn();
    void ask(`index=5&${wait}`).then(answered);
    await jest.advanceTimersByTimeAsync(ms - 1);
    expect(answered).not.toHaveBeenCalled();
    await jest.advanceTimersByTimeAsync(ms / 16 + 1);
    expect(answered).toHaveBeenCalledWith({ index: 5, json: [5] });
  });

  it('never shows an index of 0', async () => {
    index = 0;
    expect(await ask('')).toMatchObject({ index: 1 });
  });

  it('keeps nothing of what it has read while the client waits', async () => {
    const { request, goAway } = createRequest('index=5');
    let first: WeakRef<object> | undefined;
    const read = () => {
      const json = {};
      first ??= new WeakRef(json);
      return { index: 5, json };
    };
    const waiting = blockingQuery(request, watchers, { topics: ['t'] }, read);
    // In the turn in which a reference is made it keeps its object.
    await turn();
    setFlagsFromString('--expose-gc');
    (runInNewContext('gc') as () => void)();
    expect(first?.deref()).toBeUndefined();
    goAway();
    await waiting;
  });

  it('ends when the client has gone', async () => {
    const { request, goAway } = createRequest('index=5');
    const answer = blockingQuery(request, watchers, { topics: ['t'] }, read);
    goAway();
    expect(await answer).toEqual({});
  });

  it.each([
    ['index=x', 'Invalid index'],
    ['index=-1', 'Invalid index'],
    ['index=1&wait=fast', 'Invalid wait time'],
    ['index=1&wait=10', 'Invalid wait time'],
    ['stale&consistent', 'Cannot specify ?stale with ?consistent, conflicting semantics.'],
  ])('refuses %j', async (query, message) => {
    await expect(ask(query)).rejects.toMatchObject({ status: 400, message });
  });

  it('answers those who are woken together one after the other: each is done before the next reads', async () => {
    const steps: string[] = [];
    const waiting = ['a', 'b'].map((name) =>
      blockingQuery(createRequest('index=5').request, watchers, { topics: ['t'] }, () => {
        if (index > 5) steps.push(`${name} reads`);
        return { index };
      }).then(() => steps.push(`${name} is answered`)),
    );
    change(6);
    await Promise.all(waiting);
    expect(steps).toEqual(['a reads', 'a is answered', 'b reads', 'b is answered']);
  });

  it('asks for the index first where that is less work than a read', async () => {
    const readMuch = jest.fn(read);
    const indexNow = jest.fn(() => index);
    const answer = blockingQuery(createRequest('index=6').request, watchers, { topics: ['t'] }, readMuch, indexNow);
    change(6);
    await turn();
    expect(readMuch).not.toHaveBeenCalled();
    expect(indexNow).toHaveBeenCalledTimes(2);
    change(7);
    expect(await answer).toMatchObject({ index: 7 });
    expect(readMuch).toHaveBeenCalledTimes(1);
  });

  it('reads no more for a client that goes after it was woken', async () => {
    const { request, goAway } = createRequest('index=5');
    const readMuch = jest.fn(read);
    const answer = blockingQuery(request, watchers, { topics: ['t'] }, readMuch);
    change(6);
    goAway();
    await turn();
    expect(await answer).toEqual({});
    expect(readMuch).toHaveBeenCalledTimes(1);
  });

  it('wakes those who wait for keys below a prefix', async () => {
    const answer = blockingQuery(createRequest('index=5').request, watchers, { keyPrefix: 'config/' }, read);
    change(6, 'kv:confi');
    change(7, 'kv:config/app');
    expect(await answer).toMatchObject({ index: 7 });
  });
});

describe(hashBlockingQuery.name, () => {
  let watchers: Watchers;
  let content: unknown;
  const ask = (query: string) =>
    hashBlockingQuery(createRequest(query).request, watchers, { topics: ['t'] }, () => {
      if (content === undefined) throw new ConsulError(404, 'gone');
      return { json: content };
    });
  const hashOf = (answer: { headers?: Readonly<Record<string, string>> }) => answer.headers?.['x-consul-contenthash'] ?? '';
  const change = (to: unknown) => {
    content = to;
    watchers.wake(new Set(['t']));
  };

  beforeEach(() => {
    watchers = new Watchers();
    content = { port: 1 };
  });

  it.each(['', 'hash=', 'hash=other'])('answers %j at once, with the hash of the content', async (query) => {
    const answer = await ask(query);
    expect(answer).toMatchObject({ json: { port: 1 } });
    expect(hashOf(answer)).toMatch(/^[0-9a-f]{16}$/);
  });

  it('waits for other content than that of the hash', async () => {
    const waiting = ask(`hash=${hashOf(await ask(''))}`);
    change({ port: 1 });
    change({ port: 2 });
    expect(await waiting).toMatchObject({ json: { port: 2 } });
  });

  it('answers what the read throws, also after a wait', async () => {
    const waiting = ask(`hash=${hashOf(await ask(''))}`);
    change(undefined);
    await expect(waiting).rejects.toMatchObject({ status: 404 });
  });
});
