import { Registry } from 'prom-client';
import { registerDefaultMetrics } from './default-metrics.js';
import { createCounter, createGauge, createHistogram, renderMetrics } from './metrics.js';

describe('metrics', () => {
  it('are made once per name and shown in the text format', async () => {
    createCounter({ name: 'spec_passes_total', help: 'Passes.', labels: ['verdict'] }).inc({ verdict: 'normal' }, 2);
    createCounter({ name: 'spec_passes_total', help: 'Passes.', labels: ['verdict'] }).inc({ verdict: 'normal' });
    createGauge({ name: 'spec_lag_seconds', help: 'Lag.' }).set(4);
    createHistogram({ name: 'spec_batch_size', help: 'Size.', buckets: [1, 10] }).observe(7);
    const { contentType, body } = await renderMetrics();
    expect(contentType).toContain('text/plain');
    expect(body).toContain('spec_passes_total{verdict="normal"} 3');
    expect(body).toContain('spec_lag_seconds 4');
    expect(body).toContain('spec_batch_size_bucket{le="1"} 0\nspec_batch_size_bucket{le="10"} 1');
  });

  it('of the process are read when asked for, and may be registered again', async () => {
    const registry = new Registry();
    registerDefaultMetrics(registry);
    registerDefaultMetrics(registry);
    const value = async () => Number(/^process_cpu_seconds_total (\S+)$/m.exec(await registry.metrics())?.[1]);
    const before = await value();
    const until = performance.now() + 30;
    while (performance.now() < until);
    expect(await value()).toBeGreaterThan(before);
  });
});
