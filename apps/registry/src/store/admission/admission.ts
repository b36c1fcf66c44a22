import type { StoreLimits } from '../../limits.js';
import type { Command } from '../command.js';
import type { SessionEntry, Unindexed } from '../entries.js';
import type { RegistryState } from '../registry-state.js';
import { kvWeight } from '../tables/kv-table.js';
import { sessionWeight } from '../tables/session-table.js';
import type { KvVerb, TxnOp } from '../txn/txn-op.js';
import { CatalogAdmission } from './catalog-admission.js';
import { Ledger } from './ledger.js';
import { full, type Refusal } from './refusal.js';
import { mostShownBytes, SHOWN, shownBytes, TREES } from './work.js';

/** Operations that may make the keys and values more. */
const PUTS: ReadonlySet<KvVerb> = new Set(['set', 'cas', 'lock', 'unlock']);
/**
 * Decides, for the commands of one write, whether the state has room for them. Done before they are in the log: a log is replayed
 * whole, whatever the limits are by then. What commands of the same write free is not counted on, since a compare-and-set may fail:
 * each entry counts with the most that any of them makes of it.
 */
export class Admission {
  private readonly ledger = new Ledger();
  private readonly catalog: CatalogAdmission;

  constructor(
    private readonly state: RegistryState,
    private readonly limits: StoreLimits,
  ) {
    const { bytes, keys } = state.kv.usage();
    const held = state.sessions.usage();
    this.ledger.set('kv-bytes', bytes);
    this.ledger.set('kv-keys', keys);
    this.ledger.set('sessions', held.sessions);
    this.ledger.set('session-bytes', held.bytes);
    this.catalog = new CatalogAdmission(state.catalog, limits, this.ledger);
    this.ledger.keep();
  }

  /** @returns why the command is not taken, all of it; undefined when it is, and then what it needs is counted */
  refusalOf(command: Command): Refusal | undefined {
    const refusal = this.admit(command);
    if (refusal === undefined) this.ledger.keep();
    else this.ledger.undo();
    return refusal;
  }

  private admit(command: Command): Refusal | undefined {
    switch (command.type) {
      case 'kv-put':
        return this.putKey(command.key, kvWeight(command));
      case 'session-create':
        return this.addSession(command.session);
      case 'txn':
        return this.refusalOfReads(command.ops) ?? firstOf(command.ops, (op) => this.admitOp(op));
      case 'register': {
        const { node, service, checks } = command.registration;
        const refusal = this.catalog.putNode(node) ?? (service && this.catalog.putService(service));
        return refusal ?? firstOf(checks, (check) => this.catalog.putCheck(check));
      }
      case 'service-put':
        return this.catalog.putService(command.service) ?? firstOf(command.checks, (check) => this.catalog.putCheck(check));
      case 'check-put':
        return this.catalog.putCheck(command.check);
      default:
        return undefined;
    }
  }

  /** What trees are read with is held all at once, and going through them takes time, however often it is the same tree. */
  private refusalOfReads(ops: readonly TxnOp[]): Refusal | undefined {
    const { txnEntries, txnBytes } = this.limits;
    const { kv } = this.state;
    const ofKeys = ops.filter((op) => op.kind === 'kv');
    let entries = 0;
    for (const op of ofKeys) if (TREES.has(op.verb)) entries += kv.count(op.key);
    if (entries > txnEntries) return full(`the trees of a transaction may have ${txnEntries} entries together`);
    const shown = ofKeys.filter((op) => SHOWN.has(op.verb));
    // To go through large trees takes long: mostly they can be told to be short enough without it.
    if (shown.reduce((sum, op) => sum + mostShownBytes(kv, op), 0) <= txnBytes) return undefined;
    let bytes = 0;
    for (const op of shown) {
      bytes += shownBytes(kv, op);
      if (bytes > txnBytes) return full(`the keys and values that a transaction reads may have ${txnBytes} bytes together`);
    }
    return undefined;
  }

  private admitOp(op: TxnOp): Refusal | undefined {
    if (op.kind === 'kv') return PUTS.has(op.verb) ? this.putKey(op.key, kvWeight(op)) : undefined;
    if (op.verb !== 'set' && op.verb !== 'cas') return undefined;
    if (op.kind === 'check') return this.catalog.putCheck(op.check);
    return op.kind === 'service' ? this.catalog.putService(op.service) : this.catalog.putNode(op.node);
  }

  private putKey(key: string, weight: number): Refusal | undefined {
    const name = `kv ${key}`;
    const existing = this.state.kv.get(key);
    const before = this.ledger.get(name) ?? (existing === undefined ? undefined : kvWeight(existing));
    if (before !== undefined && weight <= before) return undefined;
    const { kvBytes, kvKeys } = this.limits;
    const keys = (this.ledger.get('kv-keys') ?? 0) + (before === undefined ? 1 : 0);
    if (before === undefined && keys > kvKeys) return full(`the KV store holds its limit of ${kvKeys} keys`);
    const grown = (this.ledger.get('kv-bytes') ?? 0) + weight - (before ?? 0);
    if (grown > kvBytes) return full(`the KV store may hold ${kvBytes} bytes of keys and values together, and this would make it ${grown}`);
    this.ledger.set('kv-keys', keys);
    this.ledger.set('kv-bytes', grown);
    this.ledger.set(name, weight);
    return undefined;
  }

  private addSession(session: Unindexed<SessionEntry>): Refusal | undefined {
    const { sessions, sessionBytes } = this.limits;
    const count = (this.ledger.get('sessions') ?? 0) + 1;
    if (count > sessions) return full(`the agent holds its limit of ${sessions} sessions`);
    const grown = (this.ledger.get('session-bytes') ?? 0) + sessionWeight(session);
    if (grown > sessionBytes) return full(`sessions may take ${sessionBytes} bytes together, and this would make it ${grown}`);
    this.ledger.set('sessions', count);
    this.ledger.set('session-bytes', grown);
    return undefined;
  }
}

/** The first refusal; nothing after it is looked at. */
function firstOf<T>(items: readonly T[], refusalOf: (item: T) => Refusal | undefined): Refusal | undefined {
  for (const item of items) {
    const refusal = refusalOf(item);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}
