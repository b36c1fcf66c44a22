import { EventEmitter } from 'node:events';
import { setImmediate as settled } from 'node:timers/promises';
import { setLogLevel } from '@app/telemetry';
import { jest } from '@jest/globals';
import { followProcessEvents } from './process-events.js';

class FakeProcess extends EventEmitter {
  connected = true;
  readonly exits: number[] = [];

  exit(code: number): void {
    this.exits.push(code);
  }
}

function setup(options: { isSupervised?: boolean; connected?: boolean } = {}) {
  const target = new FakeProcess();
  target.connected = options.connected ?? true;
  const { promise: stopped, resolve: finish } = Promise.withResolvers<undefined>();
  const stop = jest.fn(() => stopped);
  followProcessEvents({ stop, isSupervised: options.isSupervised ?? false }, target);
  return { target, stop, finish: () => finish(undefined) };
}

describe('followProcessEvents', () => {
  beforeAll(() => {
    setLogLevel('silent');
  });

  it.each(['SIGTERM', 'SIGINT'])('%s stops the service, then exits with 0', async (signal) => {
    const { target, stop, finish } = setup();
    target.emit(signal);
    await settled();
    expect([stop.mock.calls.length, target.exits]).toEqual([1, []]);
    finish();
    await settled();
    expect(target.exits).toEqual([0]);
  });

  it('a second signal exits at once and stops nothing twice', () => {
    const { target, stop } = setup();
    target.emit('SIGTERM');
    target.emit('SIGINT');
    expect([stop.mock.calls.length, target.exits]).toEqual([1, [1]]);
  });

  it.each(['uncaughtException', 'unhandledRejection'])('%s exits with 1 without stopping in good order', (event) => {
    const { target, stop } = setup();
    target.emit(event, new Error('broken'));
    expect([stop.mock.calls.length, target.exits]).toEqual([0, [1]]);
  });

  it('the end of the IPC channel stops a supervised service, and no other', () => {
    const supervised = setup({ isSupervised: true });
    supervised.target.emit('disconnect');
    expect(supervised.stop).toHaveBeenCalledTimes(1);
    const alone = setup();
    alone.target.emit('disconnect');
    expect(alone.stop).not.toHaveBeenCalled();
  });

  it('a launcher that was gone before the service listened stops it too', () => {
    expect(setup({ isSupervised: true, connected: false }).stop).toHaveBeenCalledTimes(1);
  });
});
