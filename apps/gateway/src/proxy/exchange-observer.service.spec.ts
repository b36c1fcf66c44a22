import { EventEmitter } from 'node:events';
import { Attribute } from '@app/telemetry';
import type { LiveGatewayConfig } from '../gateway.config.js';
import { ExchangeObserver } from './exchange-observer.service.js';
import type { Exchange } from './exchange.js';

describe(ExchangeObserver.name, () => {
  it.each([
    ['http://10.0.0.1:8083', '10.0.0.1:8083'],
    ['https://reports.example', 'reports.example'],
    ['http://[::1]:80', '[::1]'],
  ])('tells the span that %s was asked as %s', (instance, address) => {
    const attributes = new Map<string, unknown>();
    const span = {
      isRecording: () => true,
      setAttribute: (name: string, value: unknown) => attributes.set(name, value),
      end: () => undefined,
    };
    const response = Object.assign(new EventEmitter(), { writableFinished: true, statusCode: 200 });
    const sut = new ExchangeObserver({ value: { accessLog: { sampleRate: 0 } } } as unknown as LiveGatewayConfig);
    sut.end({ response, method: 'GET', startedAt: performance.now(), span, instance } as unknown as Exchange);
    expect(attributes.get(Attribute.ServerAddress)).toBe(address);
  });
});
