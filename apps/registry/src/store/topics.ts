/** Names of things that can change, as watchers and the state speak of them. */
export const Topic = {
  key: (key: string) => `kv:${key}`,
  service: (name: string) => `service:${name}`,
  node: (name: string) => `node:${name}`,
  Nodes: 'nodes',
  Services: 'services',
  Checks: 'checks',
} as const;

/** Collects the topics that a batch of commands changed. */
export type Touched = Set<string>;
