import type { CheckEntry } from '../../store/entries.js';

/** Since when checks are critical, for the services that are to be removed when that lasts. Begins anew with the process, as in Consul. */
export class CriticalTimes {
  private readonly since = new Map<string, number>();

  note(checkId: string, status: CheckEntry['status'] | undefined): void {
    if (status !== 'critical') this.since.delete(checkId);
    else if (!this.since.has(checkId)) this.since.set(checkId, performance.now());
  }

  forget(checkId: string): void {
    this.since.delete(checkId);
  }

  /** The services whose checks are critical for longer than they may, each with such a check. */
  overdue(find: (checkId: string) => CheckEntry | undefined): Map<string, string> {
    const services = new Map<string, string>();
    for (const [checkId, since] of this.since) {
      const { serviceId = '', definition } = find(checkId) ?? {};
      const isOverdue = performance.now() - since >= (definition?.deregisterAfterMs ?? Infinity);
      if (serviceId !== '' && isOverdue) services.set(serviceId, checkId);
    }
    return services;
  }
}
