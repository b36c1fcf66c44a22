import { Watchers } from '../store/watchers.js';
import { AnswerCache } from './answer-cache.js';

const LONG = 2_000;

function createCache(maxBytes = 100_000) {
  const sut = new AnswerCache(maxBytes);
  const watchers = new Watchers();
  const state = { index: 1, made: 0, length: LONG };
  const read = (key: string, topic = 't') =>
    sut.read(key, watchers, { topics: [topic] }, () => {
      state.made += 1;
      return { index: state.index, headers: { 'x-own': '1' }, json: { text: 'x'.repeat(state.length), index: state.index } };
    });
  const change = (topic = 't') => {
    state.index += 1;
    watchers.wake(new Set([topic]));
  };
  return { read, change, state };
}

describe(AnswerCache.name, () => {
  it('makes an answer once, as bytes, with its index and headers', () => {
    const { read, state } = createCache();
    const [first, again] = [read('a'), read('a')];
    expect(state.made).toBe(1);
    expect(again).toBe(first);
    expect(first).toEqual({ index: 1, headers: { 'x-own': '1' }, text: Buffer.from(JSON.stringify({ text: 'x'.repeat(LONG), index: 1 })) });
  });

  it('makes it again once something changed that it depends on, and only then', () => {
    const { read, change, state } = createCache();
    read('a');
    change('other');
    expect(read('a').index).toBe(1);
    change();
    expect([read('a').index, read('a').index, state.made]).toEqual([3, 3, 2]);
  });

  it('keeps answers apart by their key', () => {
    const { read, state } = createCache();
    read('a');
    read('b');
    expect(state.made).toBe(2);
  });

  it('does not keep what is short, or takes more than a quarter of its room', () => {
    const { read, state } = createCache(10_000);
    state.length = 10;
    read('short');
    read('short');
    state.length = 3_000;
    read('long');
    read('long');
    expect(state.made).toBe(4);
  });

  it('cachedBytes: lets the oldest go when there is no more room, and those wait for nothing any more', () => {
    const { read, change, state } = createCache(10_000);
    for (const key of ['a', 'b', 'c', 'd', 'e']) read(key, key);
    expect(state.made).toBe(5);
    read('b');
    expect(state.made).toBe(5);
    read('a');
    expect(state.made).toBe(6);
    change('b');
    expect(read('b').index).toBe(2);
  });

  it('keeps the pieces of a list together', () => {
    const sut = new AnswerCache(100_000);
    const make = () => ({ index: 1, pieces: { bytes: LONG, parts: ['x'.repeat(LONG - 1), ']'] } });
    const answer = sut.read('a', new Watchers(), { keyPrefix: 'a' }, make);
    expect([answer.text?.length, answer.pieces]).toEqual([LONG, undefined]);
  });
});
