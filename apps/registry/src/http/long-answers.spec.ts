import { jest } from '@jest/globals';
import { SHORT_ANSWER_BYTES } from '../limits.js';
import { LongAnswers } from './long-answers.js';

const UNIT = SHORT_ANSWER_BYTES;
const REFUSED = 'Limit reached: the answers under way are too much together';

describe(LongAnswers.name, () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  function setUp() {
    const cutOff: string[] = [];
    const sut = new LongAnswers(100 * UNIT);
    const enter = (name: string, units = 50, isRefusable = true) => sut.enter(units * UNIT, 1_000, () => cutOff.push(name), isRefusable);
    return { enter, cutOff };
  }

  it('refuses one more as long as all are taken fast enough, and takes it when one has left', () => {
    const { enter, cutOff } = setUp();
    const first = enter('first');
    enter('second');
    jest.advanceTimersByTime(999);
    expect(() => enter('third')).toThrow(REFUSED);
    first?.leave();
    expect(() => enter('third')).not.toThrow();
    expect(cutOff).toEqual([]);
  });

  it('cuts off the slowest that is overdue, and no more than there is need for', () => {
    const { enter, cutOff } = setUp();
    const first = enter('first');
    enter('second');
    jest.advanceTimersByTime(500);
    first?.refresh();
    jest.advanceTimersByTime(2_000);
    enter('third');
    expect(cutOff).toEqual(['second']);
    first?.refresh();
    expect(() => enter('fourth')).toThrow(REFUSED);
  });

  it('always takes a short one', () => {
    const { enter, cutOff } = setUp();
    enter('first', 100);
    jest.advanceTimersByTime(1_000);
    expect(() => enter('short', 1)).not.toThrow();
    expect(cutOff).toEqual([]);
  });

  it('always takes one that may not be refused, and counts it', () => {
    const { enter, cutOff } = setUp();
    const first = enter('first', 100);
    expect(() => enter('of a write', 50, false)).not.toThrow();
    first?.leave();
    expect(() => enter('third', 51)).toThrow(REFUSED);
    expect(cutOff).toEqual([]);
  });

  it('one that is held does not give way before it is refreshed', () => {
    const { enter, cutOff } = setUp();
    const held = enter('held', 100);
    held?.hold();
    jest.advanceTimersByTime(60_000);
    expect(() => enter('second')).toThrow(REFUSED);
    held?.refresh();
    jest.advanceTimersByTime(1_000);
    enter('second');
    expect(cutOff).toEqual(['held']);
  });

  it('cuts off as many as it takes', () => {
    const { enter, cutOff } = setUp();
    enter('first');
    enter('second');
    jest.advanceTimersByTime(1_000);
    enter('long', 100);
    expect(cutOff).toEqual(['first', 'second']);
  });

  it('one that was cut off gives its room back once', () => {
    const { enter, cutOff } = setUp();
    const first = enter('first', 100);
    jest.advanceTimersByTime(1_000);
    enter('second', 60);
    first?.leave();
    expect(() => enter('third', 60)).toThrow(REFUSED);
    expect(cutOff).toEqual(['first']);
  });
});
