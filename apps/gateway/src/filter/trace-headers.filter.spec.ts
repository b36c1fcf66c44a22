import { createContextKey, propagation, ROOT_CONTEXT } from '@opentelemetry/api';
import type { Exchange } from '../proxy/exchange.js';
import { HeaderList } from '../proxy/header-list.js';
import { traceHeadersFilter } from './trace-headers.filter.js';

const TRACE = createContextKey('the trace of a test');

describe('trace headers', () => {
  beforeAll(() => {
    propagation.setGlobalPropagator({
      inject: (context, carrier, setter) => {
        setter.set(carrier, 'TraceParent', String(context.getValue(TRACE)));
      },
      extract: (context) => context,
      fields: () => ['traceparent'],
    });
  });
  afterAll(() => {
    propagation.disable();
  });

  it("carry the exchange's own trace, their names in lower case as all are", () => {
    const headers = new HeaderList(['accept', 'a']);
    void traceHeadersFilter.onRequest?.({ headers, traceContext: ROOT_CONTEXT.setValue(TRACE, 'one') } as unknown as Exchange);
    expect(headers.lines).toEqual(['accept', 'a', 'traceparent', 'one']);
  });

  it('are none without a trace', () => {
    const headers = new HeaderList();
    void traceHeadersFilter.onRequest?.({ headers, traceContext: undefined } as unknown as Exchange);
    expect(headers.lines).toEqual([]);
  });
});
