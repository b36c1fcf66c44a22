import { WatchTurns } from './watch-turns.js';

describe(WatchTurns.name, () => {
  it('gives ten turns at once, and then makes each wait for half a second more', () => {
    const turns = new WatchTurns();
    expect(Array.from({ length: 13 }, () => turns.take(5_000))).toEqual([...Array<number>(10).fill(0), 500, 1_000, 1_500]);
  });

  it('holds whoever waits as told to two turns a second', () => {
    const turns = new WatchTurns();
    let now = 0;
    for (let turn = 0; turn < 30; turn += 1) now += turns.take(now);
    expect(now).toBe(10_000);
  });

  it('gives turns back with time, but never more than ten', () => {
    const turns = new WatchTurns();
    for (let turn = 0; turn < 10; turn += 1) turns.take(0);
    expect([turns.take(1_000), turns.take(1_000), turns.take(1_000)]).toEqual([0, 0, 500]);
    expect(Array.from({ length: 11 }, () => turns.take(3_600_000)).filter((wait) => wait === 0)).toHaveLength(10);
  });
});
