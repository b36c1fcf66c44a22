import type { CheckDefinition, CheckEntry } from '../../store/entries.js';
import type { CatalogTable } from '../../store/tables/catalog-table.js';
import { Topic } from '../../store/topics.js';
import type { Watchers } from '../../store/watchers.js';
import { type CheckResult, cutOutput } from './check-result.js';
import type { ResultListener } from './check-runner.js';

interface Watched {
  readonly definition: CheckDefinition;
  /** What is waited for: the name of the service, whose index moves with all that its checks and its node's do. */
  topic: string;
  cancel: () => void;
  turn: NodeJS.Immediate | undefined;
}

/** Checks that are as healthy as another service or node. */
export class AliasChecks {
  private readonly watched = new Map<string, Watched>();

  /** @param node where a service is that is given without one */
  constructor(
    private readonly catalog: CatalogTable,
    private readonly watchers: Watchers,
    private readonly node: string,
    private readonly onResult: ResultListener,
  ) {}

  start({ checkId, definition }: Pick<CheckEntry, 'checkId' | 'definition'>): void {
    this.stop(checkId);
    const watched: Watched = { definition, topic: '', cancel: () => undefined, turn: undefined };
    this.watched.set(checkId, watched);
    this.look(checkId, watched);
  }

  stop(checkId: string): void {
    const watched = this.watched.get(checkId);
    watched?.cancel();
    clearImmediate(watched?.turn);
    this.watched.delete(checkId);
  }

  stopAll(): void {
    for (const checkId of [...this.watched.keys()]) this.stop(checkId);
  }

  private look(checkId: string, watched: Watched): void {
    const topic = this.topicOf(watched.definition);
    if (topic !== watched.topic) {
      watched.cancel();
      watched.topic = topic;
      watched.cancel = this.watchers.add({ topics: [topic] }, () => {
        // Once for all that changes in the same turn.
        watched.turn ??= setImmediate(() => {
          watched.turn = undefined;
          this.look(checkId, watched);
        });
      });
    }
    this.onResult(checkId, this.resultOf(checkId, watched.definition));
  }

  private topicOf({ aliasNode = this.node, aliasService = '' }: CheckDefinition): string {
    const service = this.catalog.service(aliasNode, aliasService);
    return service === undefined ? Topic.node(aliasNode) : Topic.service(service.name);
  }

  private resultOf(checkId: string, { aliasNode: given, aliasService = '' }: CheckDefinition): CheckResult {
    const aliasNode = given ?? this.node;
    const service = this.catalog.service(aliasNode, aliasService);
    if (aliasService !== '' && service === undefined) {
      return { status: 'critical', output: `Service ${aliasService} could not be found on node ${given ?? ''}` };
    }
    const checks = service === undefined ? nodeChecks(this.catalog, aliasNode) : this.catalog.checksOf(service);
    return aliasResult(checks.filter((check) => check.checkId !== checkId));
  }
}

function nodeChecks(catalog: CatalogTable, node: string): CheckEntry[] {
  return [...catalog.checksOn(node)].filter(({ serviceId }) => serviceId === '');
}

/** The worst of several checks; passing when there are none. */
export function aliasResult(checks: readonly Pick<CheckEntry, 'name' | 'status' | 'output'>[]): CheckResult {
  const worst = checks.find(({ status }) => status === 'critical') ?? checks.findLast(({ status }) => status === 'warning');
  if (worst !== undefined) return { status: worst.status, output: cutOutput(`Aliased check "${worst.name}" failing: ${worst.output}`) };
  return { status: 'passing', output: checks.length === 0 ? 'No checks found.' : 'All checks passing.' };
}
