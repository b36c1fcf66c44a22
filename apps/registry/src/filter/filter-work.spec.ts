import { jest } from '@jest/globals';
import { FILTER_TIME } from '../limits.js';
import { FilterTime, FilterWork } from './filter-work.js';

const TOO_BUSY = 'Limit reached: the filters of all clients take too much time';

describe(FilterWork.name, () => {
  let now = 0;
  let shared: FilterTime;

  beforeEach(() => {
    jest.spyOn(performance, 'now').mockImplementation(() => now);
    shared = new FilterTime();
  });

  afterEach(() => {
    jest.restoreAllMocks();
  });

  const takeMs = (ms: number) => new FilterWork(shared).time(() => (now += ms));

  it('ends longer filters, not short ones, when all of them together take too long, until time has gone by', async () => {
    const [long, short] = [new FilterWork(shared), new FilterWork(shared)];
    takeMs(FILTER_TIME.burstMs - 1);
    expect(() => long.spend(FILTER_TIME.shortSteps + 1)).not.toThrow();
    await Promise.resolve();
    takeMs(FILTER_TIME.burstMs);
    expect(() => long.spend(FILTER_TIME.shortSteps + 1)).toThrow(expect.objectContaining({ status: 429, message: TOO_BUSY }) as Error);
    expect(() => short.spend(FILTER_TIME.shortSteps)).not.toThrow();
    expect(() => short.spend(1)).toThrow(TOO_BUSY);
    await Promise.resolve();
    now += 4_000;
    expect(() => long.spend(FILTER_TIME.shortSteps + 1)).not.toThrow();
  });

  it('takes its time from all, also when it fails', () => {
    const fail = () => {
      now += 2 * FILTER_TIME.burstMs;
      throw new Error('ends');
    };
    expect(() => new FilterWork(shared).time(fail)).toThrow('ends');
    expect(shared.isOver).toBe(true);
  });

  it('saves no more time up than there is at once', () => {
    now += 3_600_000;
    takeMs(FILTER_TIME.burstMs * 2);
    expect(shared.isOver).toBe(true);
  });
});
