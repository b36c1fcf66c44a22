import { fastify as createFastify } from 'fastify';
import { ServiceLifecycle } from '../lifecycle/service-lifecycle.js';
import { awaitRequests } from './observe-requests.js';

describe(awaitRequests.name, () => {
  it.each([
    ['/health/ready', true],
    ['/metrics?x=1', true],
    ['/users', false],
    ['/healthy', false],
  ])('%s is a probe: %s', async (url, isProbe) => {
    const begun: ({ isProbe?: boolean } | undefined)[] = [];
    const fastify = createFastify();
    class Noting extends ServiceLifecycle {
      override begin(options?: { isProbe?: boolean }): void {
        begun.push(options);
        super.begin(options);
      }
    }
    awaitRequests(fastify, new Noting());
    await fastify.inject(url);
    expect(begun).toEqual([{ isProbe }]);
    await fastify.close();
  });
});
