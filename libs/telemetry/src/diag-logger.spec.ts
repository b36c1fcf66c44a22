import { jest } from '@jest/globals';
import type { Logger } from 'pino';
import { createDiagLogger } from './diag-logger.js';

describe('createDiagLogger', () => {
  it('lets one message a minute through and counts the others', () => {
    const warn = jest.fn();
    let now = 1_000_000;
    const sut = createDiagLogger({ warn } as unknown as Logger, () => now);
    sut.error('{"stack":"Error: connect\\n at x","message":"connect ECONNREFUSED","name":"Error"}');
    for (let i = 0; i < 5; i += 1) sut.error('again');
    now += 60_000;
    sut.warn('again');
    expect(warn.mock.calls).toEqual([
      [{ withheld: 0 }, 'Spans: connect ECONNREFUSED'],
      [{ withheld: 5 }, 'Spans: again'],
    ]);
  });
});
