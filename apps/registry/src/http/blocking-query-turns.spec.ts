import { stat } from 'node:fs/promises';
import { setImmediate as turn } from 'node:timers/promises';
import { Turns } from './blocking-query-turns.js';

/** Works longer than a slice. */
function workLong(): void {
  const end = performance.now() + 15;
  while (performance.now() < end) JSON.stringify([end]);
}

describe(Turns.name, () => {
  let sut: Turns;
  let steps: string[];
  const add = (name: string, work = (): boolean => false) =>
    sut.add(() => {
      steps.push(name);
      return work();
    });
  const until = async (name: string) => {
    while (!steps.includes(name)) await turn();
  };

  beforeEach(() => {
    sut = new Turns();
    steps = [];
  });

  it('does everything in its order, also what comes while it works and after it was done', async () => {
    add('a', () => {
      add('c');
      return false;
    });
    add('b');
    expect(steps).toEqual([]);
    await until('c');
    add('d');
    await until('d');
    expect(steps).toEqual(['a', 'b', 'c', 'd']);
  });

  it('does not do what is taken back', async () => {
    const takeBack = add('a');
    add('b');
    takeBack();
    await until('b');
    expect(steps).toEqual(['b']);
  });

  it('gives way to what comes from outside when it has worked for long', async () => {
    for (let number = 1; number <= 50; number += 1) {
      add(`work ${number}`, () => {
        workLong();
        return false;
      });
    }
    void stat('.').then(() => steps.push('read from outside'));
    await until('work 50');
    expect(steps.indexOf('read from outside')).toBeGreaterThanOrEqual(0);
    expect(steps.indexOf('read from outside')).toBeLessThan(steps.indexOf('work 50'));
  });

  it('gives way at once when a work has set going what goes on for longer', async () => {
    add('a', () => {
      setImmediate(() => steps.push('others'));
      return true;
    });
    add('b');
    await until('b');
    expect(steps).toEqual(['a', 'others', 'b']);
  });
});
