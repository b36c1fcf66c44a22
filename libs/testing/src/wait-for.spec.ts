import { waitFor } from './wait-for.js';

describe('waitFor', () => {
  it('gives what the condition gave, once it holds', async () => {
    let looks = 0;
    await expect(waitFor(() => (looks += 1) >= 3 && `look ${looks}`, { intervalMs: 1 })).resolves.toBe('look 3');
  });

  it('takes an error for not yet', async () => {
    let looks = 0;
    const condition = () => {
      looks += 1;
      return looks < 2 ? Promise.reject(new Error('not there')) : Promise.resolve(looks);
    };
    await expect(waitFor(condition, { intervalMs: 1 })).resolves.toBe(2);
  });

  it('gives up in time, says what it waited for, and why it failed last', async () => {
    const hopeless = waitFor(() => Promise.reject(new Error('still closed')), { timeoutMs: 20, intervalMs: 1, what: 'The door' });
    await expect(hopeless).rejects.toMatchObject({ message: 'The door did not hold within 20 ms.', cause: { message: 'still closed' } });
  });
});
