import { jest } from '@jest/globals';
import { LongTimer } from './long-timer.js';

describe(LongTimer.name, () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('takes more time than a timer of Node does', () => {
    const onEnd = jest.fn();
    const days = 30 * 86_400_000;
    new LongTimer(days, onEnd);
    jest.advanceTimersByTime(days - 1);
    expect(onEnd).not.toHaveBeenCalled();
    jest.advanceTimersByTime(2);
    expect(onEnd).toHaveBeenCalledTimes(1);
  });

  it('ends later when it is put off, and not at all when it is cancelled', () => {
    const onEnd = jest.fn();
    const sut = new LongTimer(100, onEnd);
    jest.advanceTimersByTime(60);
    sut.putOff(100);
    jest.advanceTimersByTime(99);
    expect(onEnd).not.toHaveBeenCalled();
    jest.advanceTimersByTime(2);
    expect(onEnd).toHaveBeenCalledTimes(1);
    new LongTimer(100, onEnd).cancel();
    jest.advanceTimersByTime(200);
    expect(onEnd).toHaveBeenCalledTimes(1);
  });
});
