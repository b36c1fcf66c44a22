import { setImmediate as turn } from 'node:timers/promises';
import type { CheckDefinition, CheckEntry } from '../../store/entries.js';
import type { CatalogTable } from '../../store/tables/catalog-table.js';
import { Topic } from '../../store/topics.js';
import type { Watchers } from '../../store/watchers.js';
import { type CheckResult, cutOutput } from './check-result.js';

interface Watched {
  readonly definition: CheckDefinition;
  /** What is waited for: the name of the service, whose index moves with all that its checks and its node's do. */
  topic: string;
  cancel: () => void;
  /** The check that decided what was told last; none when all were well. */
  decidedBy: string | undefined;
}

/** What an alias check sees, and which check decides it. */
interface Sight {
  readonly result: CheckResult;
  readonly worst: CheckEntry | undefined;
}

/** A check that has been looked at. */
interface Seen {
  readonly checkId: string;
  readonly watched: Watched;
  readonly decidedBy: string | undefined;
  readonly result: CheckResult;
  /** More than 0 when it gets worse. */
  readonly change: number;
}

/** Writes down what a check finds; does not fail. */
type Tell = (checkId: string, result: CheckResult) => Promise<void>;

/** From best to worst. */
const STATUSES = ['passing', 'warning', 'critical'];

/**
 * Checks that are as healthy as another service or node, which may have alias checks too, also ones that mean each other. So that these come
 * to rest they are looked at in rounds, each after the last is written down, and none gets better as long as one gets worse: alias checks
 * that mean each other stay as ill as the worst of them was.
 */
export class AliasChecks {
  private readonly watched = new Map<string, Watched>();
  /** Checks that have to be looked at. */
  private readonly due = new Set<string>();
  private isSettling = false;

  /** @param node where a service is that is given without one */
  constructor(
    private readonly catalog: CatalogTable,
    private readonly watchers: Watchers,
    private readonly node: string,
    private readonly tell: Tell,
  ) {}

  start({ checkId, definition }: Pick<CheckEntry, 'checkId' | 'definition'>): void {
    this.stop(checkId);
    this.watched.set(checkId, { definition, topic: '', cancel: () => undefined, decidedBy: undefined });
    this.lookSoon(checkId);
  }

  stop(checkId: string): void {
    this.watched.get(checkId)?.cancel();
    this.watched.delete(checkId);
    this.due.delete(checkId);
  }

  stopAll(): void {
    for (const checkId of [...this.watched.keys()]) this.stop(checkId);
  }

  private lookSoon(checkId: string): void {
    this.due.add(checkId);
    if (!this.isSettling) void this.settle();
  }

  private async settle(): Promise<void> {
    this.isSettling = true;
    try {
      // Once for all that changes in the same turn.
      await turn();
      while (this.due.size > 0) {
        await this.round();
        await turn();
      }
    } finally {
      this.isSettling = false;
    }
  }

  private async round(): Promise<void> {
    const worse: Seen[] = [];
    const others: Seen[] = [];
    for (const checkId of this.due) {
      const seen = this.look(checkId);
      if (seen === undefined) this.due.delete(checkId);
      else (seen.change > 0 ? worse : others).push(seen);
    }
    await Promise.all((worse.length > 0 ? worse : others).map((seen) => this.take(seen)));
  }

  private take({ checkId, watched, decidedBy, result }: Seen): Promise<void> {
    this.due.delete(checkId);
    watched.decidedBy = decidedBy;
    return this.tell(checkId, result);
  }

  /** What is to be told of a check; undefined when it is nothing new. */
  private look(checkId: string): Seen | undefined {
    const watched = this.watched.get(checkId);
    if (watched === undefined) return undefined;
    this.watch(checkId, watched);
    const { result, worst } = this.sightOf(checkId, watched.definition);
    const before = this.catalog.check(this.node, checkId)?.status ?? result.status;
    const seen = { checkId, watched, decidedBy: worst?.checkId, result, change: severity(result.status) - severity(before) };
    // The words of one that means this one would be told by both in turn, longer each time.
    const isSame = seen.change === 0 && isAlias(worst) && seen.decidedBy === watched.decidedBy;
    return isSame ? undefined : seen;
  }

  private watch(checkId: string, watched: Watched): void {
    const topic = this.topicOf(watched.definition);
    if (topic === watched.topic) return;
    watched.cancel();
    watched.topic = topic;
    watched.cancel = this.watchers.add({ topics: [topic] }, () => this.lookSoon(checkId));
  }

  private topicOf({ aliasNode = this.node, aliasService = '' }: CheckDefinition): string {
    const service = this.catalog.service(aliasNode, aliasService);
    return service === undefined ? Topic.node(aliasNode) : Topic.service(service.name);
  }

  private sightOf(checkId: string, { aliasNode: given, aliasService = '' }: CheckDefinition): Sight {
    const aliasNode = given ?? this.node;
    const service = this.catalog.service(aliasNode, aliasService);
    if (aliasService !== '' && service === undefined) {
      const output = `Service ${aliasService} could not be found on node ${given ?? ''}`;
      return { result: { status: 'critical', output }, worst: undefined };
    }
    const all = service === undefined ? nodeChecks(this.catalog, aliasNode) : this.catalog.checksOf(service);
    const checks = all.filter((check) => check.checkId !== checkId);
    const worst = worstOf(checks);
    return { result: aliasResult(worst, checks.length), worst };
  }
}

function severity(status: string): number {
  return STATUSES.indexOf(status);
}

function isAlias(check: CheckEntry | undefined): boolean {
  return check !== undefined && (check.definition.aliasNode ?? check.definition.aliasService) !== undefined;
}

function nodeChecks(catalog: CatalogTable, node: string): CheckEntry[] {
  return [...catalog.checksOn(node)].filter(({ serviceId }) => serviceId === '');
}

/** The worst of several checks; undefined when all are well. */
function worstOf(checks: readonly CheckEntry[]): CheckEntry | undefined {
  return checks.find(({ status }) => status === 'critical') ?? checks.findLast(({ status }) => status === 'warning');
}

function aliasResult(worst: CheckEntry | undefined, checks: number): CheckResult {
  if (worst !== undefined) return { status: worst.status, output: cutOutput(`Aliased check "${worst.name}" failing: ${worst.output}`) };
  return { status: 'passing', output: checks === 0 ? 'No checks found.' : 'All checks passing.' };
}
