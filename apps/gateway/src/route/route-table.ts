import { matchesSegment, type PatternSegment } from '../predicate/path-pattern.js';
import type { MatchedRequest } from '../predicate/predicate.types.js';
import type { Route } from './route.types.js';

/** A route at a place of the tree. The rank is its place in the order in which routes are tried. */
interface Entry {
  readonly rank: number;
  readonly route: Route;
}

interface Node {
  readonly literals: Map<string, Node>;
  /** Segments with wildcards. */
  readonly wildcards: { readonly segment: PatternSegment; readonly node: Node }[];
  /** Patterns that end here, by rank. */
  readonly closed: Entry[];
  /** Patterns that end here in `**`, by rank. */
  readonly open: Entry[];
}

/**
 * Finds the route of a request: the first, by order, whose path and other predicates all accept it. Paths are looked up in a tree
 * by segments, so the number of routes does not count.
 */
export class RouteTable {
  private readonly root = createNode();

  /** @param routes in the order in which they are tried */
  constructor(readonly routes: readonly Route[]) {
    routes.forEach((route, rank) => {
      if (route.paths.length === 0) this.root.open.push({ rank, route });
      for (const { segments, isOpen } of route.paths) {
        const node = segments.reduce(childFor, this.root);
        (isOpen ? node.open : node.closed).push({ rank, route });
      }
    });
  }

  find(request: MatchedRequest): Route | undefined {
    return search(this.root, request, request.words, 0, undefined)?.route;
  }
}

function createNode(): Node {
  return { literals: new Map(), wildcards: [], closed: [], open: [] };
}

function childFor(node: Node, segment: PatternSegment): Node {
  if (segment.kind === 'literal') {
    const existing = node.literals.get(segment.text);
    if (existing !== undefined) return existing;
    const created = createNode();
    node.literals.set(segment.text, created);
    return created;
  }
  const same = node.wildcards.find(({ segment: other }) => isSame(segment, other));
  if (same !== undefined) return same.node;
  const created = createNode();
  node.wildcards.push({ segment, node: created });
  return created;
}

function isSame(one: PatternSegment, other: PatternSegment): boolean {
  return one.kind === other.kind && (one.kind === 'any' || (one.kind === 'glob' && other.kind === 'glob' && one.text === other.text));
}

/** @returns the entry of the lowest rank below `node` that accepts the request, or `best` */
function search(node: Node, request: MatchedRequest, words: readonly string[], depth: number, best: Entry | undefined): Entry | undefined {
  let found = firstAccepting(node.open, request, best);
  const word = words[depth];
  if (word === undefined) return firstAccepting(node.closed, request, found);
  const literal = node.literals.get(word);
  if (literal !== undefined) found = search(literal, request, words, depth + 1, found);
  for (const wildcard of node.wildcards) {
    if (matchesSegment(wildcard.segment, word)) found = search(wildcard.node, request, words, depth + 1, found);
  }
  return found;
}

function firstAccepting(entries: readonly Entry[], request: MatchedRequest, best: Entry | undefined): Entry | undefined {
  for (const entry of entries) {
    if (best !== undefined && entry.rank >= best.rank) return best;
    if (entry.route.predicates.every((predicate) => predicate.accepts(request))) return entry;
  }
  return best;
}
