import type { Pieces } from '../http/consul-request.js';
import type { KvEntry } from '../store/entries.js';
import type { KvTable } from '../store/tables/kv-table.js';
import type { Watchers } from '../store/watchers.js';
import { kvListJson } from './kv-json.js';

/** Smaller trees are read as fast as they are found. */
const MIN_ENTRIES = 100;
const MAX_TREES = 4;

/** What is below a prefix; each part is made when it is first asked for. */
class Tree {
  private knownIndex: number | undefined;
  private knownEntries: readonly KvEntry[] | undefined;
  private knownList: Pieces | undefined;

  constructor(
    private readonly kv: KvTable,
    private readonly prefix: string,
  ) {}

  get index(): number {
    this.knownIndex ??= this.kv.indexBelow(this.prefix);
    return this.knownIndex;
  }

  get entries(): readonly KvEntry[] {
    this.knownEntries ??= [...this.kv.list(this.prefix)];
    return this.knownEntries;
  }

  get list(): Pieces {
    this.knownList ??= kvListJson(this.entries);
    return this.knownList;
  }
}

/**
 * The large trees that were read last, each until something below its prefix changes: all who are woken by one change share one list,
 * which takes far longer to make than what is done with it.
 */
export class HotTrees {
  private readonly trees = new Map<string, { tree: Tree; forget: () => void }>();

  constructor(
    private readonly kv: KvTable,
    private readonly watchers: Watchers,
  ) {}

  /** What is below a prefix now. Good until the state changes. */
  below(prefix: string): Tree {
    const known = this.trees.get(prefix);
    if (known !== undefined) return known.tree;
    const tree = new Tree(this.kv, prefix);
    if (this.kv.count(prefix) < MIN_ENTRIES) return tree;
    const [oldest] = this.trees.keys();
    if (oldest !== undefined && this.trees.size >= MAX_TREES) this.drop(oldest);
    this.trees.set(prefix, { tree, forget: this.watchers.add({ keyPrefix: prefix }, () => this.drop(prefix)) });
    return tree;
  }

  private drop(prefix: string): void {
    this.trees.get(prefix)?.forget();
    this.trees.delete(prefix);
  }
}
