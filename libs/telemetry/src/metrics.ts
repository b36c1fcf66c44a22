import { Counter, Gauge, Histogram, register } from 'prom-client';

export { Counter, Gauge, Histogram } from 'prom-client';

/** What a metric is made from: `name` in snake_case with its unit, `help` one sentence. Few label values each. */
export interface MetricOptions<L extends string> {
  name: string;
  help: string;
  labels?: readonly L[];
}

/** A counter on the process's registry; the same name gives the same counter. */
export function createCounter<L extends string = never>(options: MetricOptions<L>): Counter<L> {
  return (existing(options.name) as Counter<L> | undefined) ?? new Counter<L>(toConfiguration(options));
}

/** A gauge on the process's registry; the same name gives the same gauge. */
export function createGauge<L extends string = never>(options: MetricOptions<L>): Gauge<L> {
  return (existing(options.name) as Gauge<L> | undefined) ?? new Gauge<L>(toConfiguration(options));
}

/**
 * A histogram on the process's registry; the same name gives the same histogram.
 *
 * @param options as of a counter; `buckets`: upper bounds, ascending
 */
export function createHistogram<L extends string = never>(options: MetricOptions<L> & { buckets?: readonly number[] }): Histogram<L> {
  const { buckets } = options;
  return (
    (existing(options.name) as Histogram<L> | undefined) ??
    new Histogram<L>({ ...toConfiguration(options), ...(buckets !== undefined && { buckets: [...buckets] }) })
  );
}

/** Everything on the registry in the Prometheus text format, and its media type. */
export async function renderMetrics(): Promise<{ contentType: string; body: string }> {
  return { contentType: register.contentType, body: await register.metrics() };
}

function existing(name: string): unknown {
  return register.getSingleMetric(name);
}

function toConfiguration<L extends string>({ name, help, labels }: MetricOptions<L>): { name: string; help: string; labelNames: L[] } {
  return { name, help, labelNames: [...(labels ?? [])] };
}
