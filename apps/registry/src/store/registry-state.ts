import type { CheckRegistration, Command, ResultOf, SnapshotRecord } from './command.js';
import { Rejection } from './rejection.js';
import { CatalogTable, type CheckRef } from './tables/catalog-table.js';
import type { KvPut } from './tables/kv-rules.js';
import { KvTable } from './tables/kv-table.js';
import { LockDelays } from './tables/lock-delays.js';
import { applyRegistration } from './tables/registration.js';
import { createSession, endSession, endSessionsOn, endSessionsWithoutNode, type StateChange } from './tables/session-life.js';
import { SessionTable } from './tables/session-table.js';
import { type Touched, UNWATCHED } from './topics.js';
import { applyTxn } from './txn/transaction.js';

const MAY_DELETE_NODES: ReadonlySet<Command['type']> = new Set(['node-delete', 'register', 'txn']);

/** Commands that change nodes, services and checks. */
type CatalogCommand = Extract<Command, { type: 'register' | `${'node' | 'service' | 'check'}-${string}` }>;

/** All that the registry knows. Changes only by commands; reads see the result of whole commands. */
export class RegistryState {
  readonly kv = new KvTable();
  readonly catalog = new CatalogTable();
  readonly sessions = new SessionTable();
  readonly lockDelays = new LockDelays();
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
   * @param at when the command was taken, in ms since 1970
   * @returns its result, or why it could have none
   */
  apply<C extends Command>(command: C, index: number, touched: Touched, at?: number): ResultOf<C> | Rejection;
  apply(command: Command, index: number, touched: Touched, at = 0): ResultOf<Command> | Rejection {
    return this.perform(command, { index, touched, at });
  }

  /** Applies one command of a log, for which nobody waits any more. */
  replay(command: Command, index: number, at: number): void {
    this.perform(command, { index, touched: UNWATCHED, at, isReplay: true });
  }

  private perform(command: Command, given: StateChange): ResultOf<Command> | Rejection {
    this.current = given.index;
    const checks: CheckRef[] = [];
    const change = { ...given, checks };
    const result = this.attempt(command, change);
    endSessionsOn(this, checks, change);
    if (MAY_DELETE_NODES.has(command.type)) endSessionsWithoutNode(this, change);
    return result;
  }

  /**
   * What goes wrong in a command goes wrong in the same place at every replay: memory and log still agree, and the commands behind it must
   * not wait for it.
   */
  private attempt(command: Command, change: StateChange): ResultOf<Command> | Rejection {
    try {
      return this.dispatch(command, change);
    } catch (error) {
      return new Rejection(500, 'Internal error: the command could not be applied', error);
    }
  }

  private dispatch(command: Command, change: StateChange): ResultOf<Command> | Rejection {
    const { index, touched } = change;
    switch (command.type) {
      case 'kv-put':
        return this.putKey(command, change);
      case 'kv-delete':
        return this.kv.delete(command.key, command.cas, index, touched);
      case 'kv-delete-tree':
        this.kv.deleteTree(command.prefix, index, touched);
        return true;
      case 'session-create':
        return createSession(this, command.session, change);
      case 'session-destroy':
        return endSession(this, command.id, change);
      case 'txn':
        return applyTxn(this, command.ops, change);
      default:
        return this.changeCatalog(command, change);
    }
  }

  private changeCatalog(command: CatalogCommand, change: StateChange): boolean | Rejection {
    switch (command.type) {
      case 'register':
        return applyRegistration(this.catalog, command.registration, change);
      case 'node-delete':
        return this.catalog.deleteNode(command.node, change);
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
    const indexes = { state: this.current, ...this.kv.indexes(), ...this.catalog.indexes(), sessions: this.sessions.index };
    return [
      ...this.kv.records(),
      ...this.catalog.records(),
      ...this.sessions.records(),
      ...this.lockDelays.records(),
      { type: 'indexes', indexes },
    ];
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
      case 'session':
        this.sessions.restore(record.entry);
        break;
      case 'lock-delay':
        this.lockDelays.restore(record.key, record);
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
      case 'node-index':
        this.catalog.restoreNodeIndex(record.name, record.index);
        break;
      case 'indexes':
        this.current = record.indexes.state ?? 0;
        this.kv.restoreIndexes(record.indexes);
        this.catalog.restoreIndexes(record.indexes);
        this.sessions.restoreIndexes(record.indexes);
    }
  }

  private putKey(put: KvPut, { index, touched, at }: StateChange): boolean | Rejection {
    const { key, acquire, release } = put;
    if (acquire !== undefined && this.lockDelays.isOn(key, at)) return false;
    if ((acquire ?? release) === '') return new Rejection(500, 'raft apply failed: missing session');
    if (acquire !== undefined && this.sessions.get(acquire) === undefined) {
      return new Rejection(500, `raft apply failed: invalid session "${acquire}"`);
    }
    return this.kv.put(put, index, touched);
  }

  private putService(command: Extract<Command, { type: 'service-put' }>, change: StateChange): void {
    const { service, checks, replaceChecks } = command;
    if (replaceChecks) {
      const kept = new Set(checks.map((check) => check.checkId));
      for (const { checkId } of this.catalog.checksOfService(service.node, service.id)) {
        if (!kept.has(checkId)) this.catalog.deleteCheck(service.node, checkId, change);
      }
    }
    this.catalog.putService(service, change);
    for (const check of checks) this.putCheck(check, change);
  }

  /** A check that is registered again keeps its status: it says how the service is, not how it was registered. */
  private putCheck(check: CheckRegistration, change: StateChange): boolean {
    const existing = this.catalog.check(check.node, check.checkId);
    return this.catalog.putCheck(existing === undefined ? check : { ...check, status: existing.status, output: existing.output }, change);
  }
}
