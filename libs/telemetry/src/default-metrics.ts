import { Gauge, type Registry } from 'prom-client';

/**
 * Registers what a process says about itself, under the names that Prometheus dashboards for Node.js know. All of it is read when asked
 * for: prom-client's own set keeps a histogram of the event loop and of garbage collection running, which costs an idle service CPU time.
 */
export function registerDefaultMetrics(registry: Registry): void {
  const startSeconds = Date.now() / 1000 - process.uptime();
  const gauges: [string, string, () => number][] = [
    ['process_cpu_seconds_total', 'User and system CPU time spent in seconds.', cpuSeconds],
    ['process_start_time_seconds', 'Start time of the process since unix epoch in seconds.', () => startSeconds],
    ['process_resident_memory_bytes', 'Resident memory size in bytes.', () => process.memoryUsage.rss()],
    ['nodejs_heap_size_used_bytes', 'Process heap size used from Node.js in bytes.', () => process.memoryUsage().heapUsed],
    ['nodejs_heap_size_total_bytes', 'Process heap size from Node.js in bytes.', () => process.memoryUsage().heapTotal],
    ['nodejs_eventloop_utilization', 'Share of time the event loop was busy since the last scrape, 0 to 1.', loopUtilization()],
    ['nodejs_active_resources_total', 'Resources that keep the event loop alive.', () => process.getActiveResourcesInfo().length],
  ];
  for (const [name, help, read] of gauges) addGauge(registry, name, help, read);
}

function addGauge(registry: Registry, name: string, help: string, read: () => number): void {
  if (registry.getSingleMetric(name) !== undefined) return;
  new Gauge({
    name,
    help,
    registers: [registry],
    collect() {
      this.set(read());
    },
  });
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function loopUtilization(): () => number {
  let previous = performance.eventLoopUtilization();
  return () => {
    const current = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(current, previous);
    previous = current;
    return utilization;
  };
}
