import { setImmediate as turn } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { LatestOutputs } from './latest-outputs.js';

describe(LatestOutputs.name, () => {
  beforeEach(() => jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] }));
  afterEach(() => jest.useRealTimers());

  const create = () => {
    const writeBack = jest.fn<(checkId: string, output: string) => Promise<void>>().mockResolvedValue();
    return { sut: new LatestOutputs(writeBack), writeBack };
  };

  it('writes the last of many outputs back once, after two and a half to seven and a half minutes', async () => {
    const { sut, writeBack } = create();
    sut.note('c', 'one');
    jest.advanceTimersByTime(149_000);
    sut.note('c', 'two');
    expect([sut.get('c'), writeBack.mock.calls]).toEqual(['two', []]);
    jest.advanceTimersByTime(302_000);
    await turn();
    expect([sut.get('c'), writeBack.mock.calls]).toEqual([undefined, [['c', 'two']]]);
  });

  it('writes nothing of a check that is forgotten', () => {
    const { sut, writeBack } = create();
    sut.note('c', 'one');
    sut.forget('c');
    jest.advanceTimersByTime(600_000);
    expect([sut.get('c'), writeBack.mock.calls]).toEqual([undefined, []]);
  });

  it('keeps an output that comes while another is being written back', async () => {
    const { sut, writeBack } = create();
    sut.note('c', 'one');
    writeBack.mockImplementationOnce(() => {
      sut.note('c', 'two');
      return Promise.resolve();
    });
    jest.advanceTimersByTime(451_000);
    await turn();
    expect(sut.get('c')).toBe('two');
    jest.advanceTimersByTime(451_000);
    await turn();
    expect(writeBack.mock.calls).toEqual([
      ['c', 'one'],
      ['c', 'two'],
    ]);
  });
});
