import type { ServerResponse } from 'node:http';
import { waitFor } from '@app/testing';
import { GatewayRig, START_TIMEOUT_MS } from './support/gateway-rig.js';
import { startUpstream, type Upstream } from './support/upstream.js';

let rig: GatewayRig;
let upstream: Upstream;
let release: () => void = () => undefined;
let beginLate: () => void = () => undefined;

/** Events without a pause: some are always on their way when the stream is ended. */
function pour(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const timer = setInterval(() => response.write('data: 1\n\n'), 1);
  response.on('close', () => {
    clearInterval(timer);
  });
}

async function readToEnd(reader: ReadableStreamDefaultReader<unknown>): Promise<void> {
  while (!(await reader.read()).done);
}

beforeAll(async () => {
  rig = await GatewayRig.start();
  upstream = await startUpstream((request, response) => {
    if (request.url === '/events') pour(response);
    else if (request.url === '/late-events') beginLate = () => pour(response);
    else release = () => response.end('whole');
  });
  await rig.expose('demo', upstream.port);
}, START_TIMEOUT_MS);

afterAll(async () => {
  await rig.stop();
  await upstream.stop();
});

describe('a gateway that is told to stop', () => {
  it('ends event streams, also in the middle of events and those that only begin, finishes the rest, and leaves the registry', async () => {
    const events = (await rig.call('/api/demo/events')).body!.getReader();
    await events.read();
    const late = rig.call('/api/demo/late-events');
    await waitFor(() => upstream.seen.at(-1)?.url === '/late-events');
    const answer = rig.call('/api/demo/slow');
    await waitFor(() => upstream.seen.at(-1)?.url === '/slow');
    const stopped = rig.gateway.stop();
    await readToEnd(events);
    beginLate();
    await readToEnd((await late).body!.getReader());
    await waitFor(async () => {
      const found = await fetch(`${rig.consul}/v1/health/service/gateway?passing=true`);
      return ((await found.json()) as unknown[]).length === 0;
    });
    release();
    expect(await (await answer).text()).toBe('whole');
    await expect(stopped).resolves.toBe(0);
  });
});
