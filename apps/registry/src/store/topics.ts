/** Names of things that can change, as watchers and the state speak of them. */
export const Topic = {
  key: (key: string) => `kv:${key}`,
  service: (name: string) => `service:${name.toLowerCase()}`,
  node: (name: string) => `node:${name.toLowerCase()}`,
  session: (id: string) => `session:${id}`,
  Sessions: 'sessions',
  Nodes: 'nodes',
  Services: 'services',
  Checks: 'checks',
  Events: 'events',
} as const;

/** Takes the topics that commands change. */
export interface Touched {
  add(topic: string): Touched;
}

/** For changes that nobody can have waited for. */
export const UNWATCHED: Touched = { add: () => UNWATCHED };
