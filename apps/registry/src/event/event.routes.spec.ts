import type { ConsulRequest } from '../http/consul-request.js';
import { Watchers } from '../store/watchers.js';
import { EventLog } from './event-log.js';
import { eventRoutes } from './event.routes.js';

function createRoutes(tags: readonly string[]) {
  const log = new EventLog();
  const audience = { nodeName: 'node', services: () => [{ name: 'web', tags }] };
  const [route] = eventRoutes({ log, watchers: new Watchers(), audience });
  const fire = (query: Record<string, string>) =>
    route?.methods.PUT?.({ rest: 'deploy', query: new URLSearchParams(query), body: Buffer.alloc(0) } as ConsulRequest);
  return { log, fire };
}

describe(eventRoutes.name, () => {
  it('takes an event that is for a service with a tag', () => {
    const { log, fire } = createRoutes(['blue', 'green']);
    void fire({ node: '^no', service: '^w', tag: 'en$' });
    void fire({ service: '^w', tag: 'red' });
    expect(log.list('')).toHaveLength(1);
  });

  it('refuses one that takes too long to find out whom it is for', () => {
    const { log, fire } = createRoutes(Array.from({ length: 1_000 }, () => 'ab'.repeat(1_000)));
    const refused = expect.objectContaining({ status: 400 }) as Error;
    expect(() => fire({ service: 'w', tag: 'a[ab]{200}x' })).toThrow(refused);
    expect(() => fire({ node: `(${'a?'.repeat(100)}){1000}` })).toThrow(refused);
    expect(log.list('')).toEqual([]);
  });
});
