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

/** Indexes of an entry, whatever they are. */
export const INDEXES = { CreateIndex: expect.any(Number) as number, ModifyIndex: expect.any(Number) as number };

/** How the catalogue shows that a service has no proxy. */
export const PLAIN_PROXY = { Mode: '', MeshGateway: {}, Expose: {} };

/** A node of which nothing is said but its name, as the catalogue shows it. */
export function plainNode(name: string) {
  return { ID: '', Node: name, Address: '10.0.0.1', Datacenter: 'dc1', TaggedAddresses: null, Meta: null, ...INDEXES };
}

/** Status and text of an answer that is an error. */
export function faultOf({ status, headers, text }: WireAnswer): [number, string | undefined, string] {
  return [status, headers['content-type'], text.trim()];
}

/** The same for the text alone. */
export function refusal(status: number, text: string): [number, string, string] {
  return [status, 'text/plain; charset=utf-8', text];
}
