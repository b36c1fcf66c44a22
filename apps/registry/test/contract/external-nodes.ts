import type { ConsulUnderTest, WireAnswer } from './consul-under-test.js';

/** Nodes that have no agent, put into the catalogue from outside; a spec removes them all when it is done. */
export class ExternalNodes {
  private readonly names = new Set<string>();

  constructor(private readonly consul: ConsulUnderTest) {}

  /** A name for a node that is removed with the others. */
  name(kind = 'node'): string {
    const name = this.consul.name(kind);
    this.names.add(name);
    return name;
  }

  /** Registers a node, and what else `more` says. */
  async register(node: string, more: object = {}): Promise<WireAnswer> {
    return await this.consul.put('/catalog/register', { Node: node, Address: '10.0.0.1', ...more });
  }

  async deregister(node: string, more: object = {}): Promise<WireAnswer> {
    return await this.consul.put('/catalog/deregister', { Node: node, ...more });
  }

  async removeAll(): Promise<void> {
    for (const node of this.names) await this.deregister(node);
    this.names.clear();
  }
}

/** Status and text of an answer that is an error. */
export function faultOf({ status, headers, text }: WireAnswer): [number, string | undefined, string] {
  return [status, headers['content-type'], text.trim()];
}

/** The same for the text alone. */
export function refusal(status: number, text: string): [number, string, string] {
  return [status, 'text/plain; charset=utf-8', text];
}
