import type { Unindexed } from '../command.js';
import type { CheckEntry, NodeEntry, ServiceEntry } from '../entries.js';

type Registration = Unindexed<NodeEntry> | Unindexed<ServiceEntry> | Unindexed<CheckEntry>;

/** How much a catalogue holds of what its limits are about. */
export class CatalogUsage {
  nodes = 0;
  services = 0;
  checks = 0;
  bytes = 0;

  /** A registration takes the place of another; undefined = there was none, there is none now. */
  replace(before: Registration | undefined, after: Registration | undefined): void {
    if (before !== undefined) this.count(before, -1);
    if (after !== undefined) this.count(after, 1);
  }

  private count(entry: Registration, sign: 1 | -1): void {
    if ('checkId' in entry) this.checks += sign;
    else if ('node' in entry) this.services += sign;
    else this.nodes += sign;
    this.bytes += sign * catalogWeight(entry);
  }
}

/** The size of a registration in bytes of its JSON, without its indexes and without what a check says, which is cut and changes. */
export function catalogWeight(entry: Registration): number {
  return Buffer.byteLength(JSON.stringify({ ...entry, output: undefined, createIndex: undefined, modifyIndex: undefined }));
}
