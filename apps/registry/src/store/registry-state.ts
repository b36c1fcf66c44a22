import { CatalogTable, type Change } from './catalog-table.js';
import type { CheckRegistration, Command, SnapshotRecord } from './command.js';
import { KvTable } from './kv-table.js';
import type { Touched } from './topics.js';

/** All that the registry knows. Changes only by commands; reads see the result of whole commands. */
export class RegistryState {
  readonly kv = new KvTable();
  readonly catalog = new CatalogTable();
  private current = 0;

  /** Of the last command. */
  get index(): number {
    return this.current;
  }

  /**
   * Applies one command.
   *
   * @param index of the command, greater than every one before
   * @param touched receives the topics that changed
   * @returns whether it had its effect: false when compare-and-set does not hold, or when there is no such entry
   */
  apply(command: Command, index: number, touched: Touched): boolean {
    this.current = index;
    const change = { index, touched };
    switch (command.type) {
      case 'kv-put':
        return this.kv.put(command, index, touched);
      case 'kv-delete':
        return this.kv.delete(command.key, command.cas, index, touched);
      case 'kv-delete-tree':
        this.kv.deleteTree(command.prefix, index, touched);
        return true;
      case 'node-put':
        this.catalog.putNode(command.node, change);
        return true;
      case 'service-put':
        this.putService(command, change);
        return true;
      case 'service-delete':
        return this.catalog.deleteService(command.node, command.id, change);
      case 'check-put':
        return this.putCheck(command.check, change);
      case 'check-delete':
        return this.catalog.deleteCheck(command.node, command.checkId, change);
      case 'check-status':
        return this.catalog.setCheckStatus(command.node, command.checkId, command, change);
    }
  }

  /** Everything, as records that stay true while the state goes on. */
  records(): SnapshotRecord[] {
    const indexes = { state: this.current, ...this.kv.indexes(), ...this.catalog.indexes() };
    return [...this.kv.records(), ...this.catalog.records(), { type: 'indexes', indexes }];
  }

  /** Puts back one record of a snapshot. */
  restore(record: SnapshotRecord): void {
    switch (record.type) {
      case 'kv':
        this.kv.restore(record.entry);
        break;
      case 'tombstone':
        this.kv.restoreTombstone(record.key, record.index);
        break;
      case 'node':
        this.catalog.restoreNode(record.entry);
        break;
      case 'service':
        this.catalog.restoreService(record.entry);
        break;
      case 'check':
        this.catalog.restoreCheck(record.entry);
        break;
      case 'service-index':
        this.catalog.restoreServiceIndex(record.name, record.index);
        break;
      case 'indexes':
        this.current = record.indexes.state ?? 0;
        this.kv.restoreIndexes(record.indexes);
        this.catalog.restoreIndexes(record.indexes);
    }
  }

  private putService(command: Extract<Command, { type: 'service-put' }>, change: Change): void {
    const { service, checks, replaceChecks } = command;
    if (replaceChecks) {
      const kept = new Set(checks.map((check) => check.checkId));
      for (const check of [...this.catalog.checksOn(service.node)]) {
        if (check.serviceId === service.id && !kept.has(check.checkId)) this.catalog.deleteCheck(service.node, check.checkId, change);
      }
    }
    this.catalog.putService(service, change);
    for (const check of checks) this.putCheck(check, change);
  }

  /** A check that is registered again keeps its status: it says how the service is, not how it was registered. */
  private putCheck(check: CheckRegistration, change: Change): boolean {
    const existing = this.catalog.check(check.node, check.checkId);
    return this.catalog.putCheck(existing === undefined ? check : { ...check, status: existing.status, output: existing.output }, change);
  }
}
