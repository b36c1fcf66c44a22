import { ServiceMeta } from '@app/contracts';
import type { Instance } from '@app/discovery';

/**
 * Remembers which services ask to be exposed. A service whose instances are all gone for the moment stays what it was: its route answers
 * that there is no instance, not that there is no such path.
 */
export class ExposedServices {
  private readonly exposed = new Set<string>();
  /** Services that have said whether they ask for it. */
  private readonly known = new Set<string>();

  /**
   * Takes note of a service's healthy instances.
   *
   * @returns whether anything changed
   */
  note(service: string, instances: readonly Instance[]): boolean {
    if (instances.length === 0) return false;
    this.known.add(service);
    const isExposed = instances.some(({ meta }) => meta[ServiceMeta.GatewayExpose] === 'true');
    if (isExposed === this.exposed.has(service)) return false;
    if (isExposed) this.exposed.add(service);
    else this.exposed.delete(service);
    return true;
  }

  /** Whether any instance of a service has been seen: before, nobody can tell whether it asks to be exposed. */
  isKnown(service: string): boolean {
    return this.known.has(service);
  }

  /** Names, sorted. */
  get names(): readonly string[] {
    return [...this.exposed].sort();
  }
}
