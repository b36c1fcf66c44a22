import { OwnedPartition } from './owned-partition.js';

describe('OwnedPartition', () => {
  it('can be read once it has started, and not while a batch is handled', () => {
    const partition = new OwnedPartition(3);
    expect(partition.isReady).toBe(false);
    partition.start('5-0', '0');
    expect(partition).toMatchObject({ isReady: true, stored: '5-0', position: '0' });
    partition.isBusy = true;
    expect(partition.isReady).toBe(false);
  });

  it('pauses longer after each failure, up to ten seconds, and forgets them after a success', () => {
    const partition = new OwnedPartition(0);
    const delays = Array.from({ length: 12 }, () => partition.failed());
    expect(delays[0]).toBeGreaterThanOrEqual(100);
    expect(delays[0]).toBeLessThanOrEqual(200);
    expect(delays[3]).toBeGreaterThanOrEqual(800);
    for (const delay of delays.slice(7)) {
      expect(delay).toBeGreaterThanOrEqual(5_000);
      expect(delay).toBeLessThanOrEqual(10_000);
    }
    partition.advance('7-0');
    expect(partition).toMatchObject({ failures: 0, stored: '7-0', position: '7-0' });
    expect(partition.failed()).toBeLessThanOrEqual(200);
  });

  it('does nothing more when it is given up', async () => {
    const partition = new OwnedPartition(0);
    partition.start('5-0', '5-0');
    let runs = 0;
    partition.later(5, () => (runs += 1));
    partition.release();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(runs).toBe(0);
    expect(partition.isReady).toBe(false);
  });
});
