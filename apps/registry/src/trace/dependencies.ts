import type { StoredSpan, Trace } from './trace-store.js';

/** Calls from one service to another. */
export interface DependencyLink {
  parent: string;
  child: string;
  callCount: number;
  errorCount: number;
}

/** Who called whom, from the spans of traces; a service without spans of its own is known by the remote name that its caller gave. */
export function findDependencies(traces: Iterable<Trace>): DependencyLink[] {
  const links = new Map<string, DependencyLink>();
  for (const trace of traces) linkTrace(new SpanTree(trace), links);
  return [...links.values()];
}

function linkTrace(tree: SpanTree, links: Map<string, DependencyLink>): void {
  for (const span of tree.spans) {
    // The server's own name counts more than the one that its caller gave it.
    if (span.kind === 'CLIENT' && tree.hasChildren(span)) continue;
    const [parent, child] = endsOf(span, tree);
    if (parent === '' || child === '') continue;
    const key = `${parent}\0${child}`;
    const link = links.get(key) ?? { parent, child, callCount: 0, errorCount: 0 };
    link.callCount += 1;
    link.errorCount += span.isError ? 1 : 0;
    links.set(key, link);
  }
}

function endsOf(span: StoredSpan, tree: SpanTree): readonly [parent: string, child: string] {
  switch (span.kind) {
    case 'SERVER':
      return [tree.callerOf(span) || span.remoteService, span.service];
    case 'CONSUMER':
      return [span.remoteService || tree.callerOf(span), span.service];
    case 'CLIENT':
    case 'PRODUCER':
      return [span.service, span.remoteService];
    case null:
    case undefined:
      return span.remoteService === '' ? ['', ''] : [span.service, span.remoteService];
  }
}

/** Parents and children of the spans of a trace. Both halves of a shared span have one id: the client's is the server's parent. */
class SpanTree {
  private readonly byId = new Map<string, StoredSpan>();
  private readonly parentIds = new Set<string>();

  constructor(readonly spans: Trace) {
    for (const span of spans) {
      if (!this.byId.has(span.id) || !span.isShared) this.byId.set(span.id, span);
      const parentId = span.isShared ? span.id : span.parentId;
      if (parentId !== undefined) this.parentIds.add(parentId);
    }
  }

  hasChildren({ id }: StoredSpan): boolean {
    return this.parentIds.has(id);
  }

  /** The service of the nearest span above that took part in a call; empty when there is none. */
  callerOf(span: StoredSpan): string {
    const seen = new Set<StoredSpan>([span]);
    let current = this.parentOf(span);
    while (current !== undefined && !seen.has(current)) {
      if (current.kind && current.service !== '') return current.service;
      seen.add(current);
      current = this.parentOf(current);
    }
    return '';
  }

  private parentOf(span: StoredSpan): StoredSpan | undefined {
    const other = span.isShared ? this.byId.get(span.id) : undefined;
    if (other !== undefined && other !== span) return other;
    return span.parentId === undefined ? undefined : this.byId.get(span.parentId);
  }
}
