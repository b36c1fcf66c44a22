import { addCounts, describeCounts, NOTHING, toCounts } from './counts.ts';

describe('counting', () => {
  const result = { numPassedTests: 7, numFailedTests: 1, numPendingTests: 2, numTodoTests: 1, numRuntimeErrorTestSuites: 2 };

  it('counts a file that could not be run as failed', () => {
    expect(toCounts(result)).toEqual({ passed: 7, failed: 3, skipped: 3 });
  });

  it('sums and says it in the plain form', () => {
    expect(describeCounts(addCounts(toCounts(result), { ...NOTHING, passed: 1 }))).toBe('8 passed, 3 failed, 3 skipped');
  });
});
