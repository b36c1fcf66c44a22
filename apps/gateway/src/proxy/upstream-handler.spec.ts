import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import type { Exchange } from './exchange.js';
import { UpstreamHandler } from './upstream-handler.js';

function setup(stallTimeout = 1_000) {
  const response = new ServerResponse(new IncomingMessage(new Socket()));
  const errors: unknown[] = [];
  response.on('error', (error) => errors.push(error));
  const calls: string[] = [];
  const controller = {
    abort: () => calls.push('abort'),
    pause: () => calls.push('pause'),
    resume: () => calls.push('resume'),
  } as unknown as Dispatcher.DispatchController;
  const events = { onHead: () => undefined, onFailure: () => calls.push('failure'), onEnd: () => calls.push('end') };
  const sut = new UpstreamHandler({ response } as unknown as Exchange, null, events, stallTimeout);
  sut.onRequestStart(controller);
  sut.onResponseStart(controller, 200, {});
  return { sut, response, controller, calls, errors };
}

describe(UpstreamHandler.name, () => {
  it('writes nothing after the gateway has ended the answer, and ends the request at the upstream', async () => {
    const { sut, response, controller, calls, errors } = setup();
    response.end();
    sut.onResponseData(controller, Buffer.from('one more event'));
    await new Promise(setImmediate);
    expect(errors).toEqual([]);
    expect(calls).toEqual(['abort']);
  });

  it('does not cut off what the gateway has ended when its upstream fails then', () => {
    const { sut, response, controller, calls } = setup();
    response.end();
    sut.onResponseError(controller, new Error('aborted'));
    expect(response.destroyed).toBe(false);
    expect(calls).toEqual(['end']);
  });

  it.each([
    [10, true],
    [0, false],
  ])('with %i ms for a client that takes nothing: dropped is %s', async (stallTimeout, isDropped) => {
    const { sut, response, controller, calls } = setup(stallTimeout);
    sut.onResponseData(controller, Buffer.alloc(1024 * 1024));
    expect(calls).toEqual(['pause']);
    await delay(40);
    expect(response.destroyed).toBe(isDropped);
  });
});
