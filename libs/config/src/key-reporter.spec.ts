import { createLogger } from '@app/telemetry';
import { jest } from '@jest/globals';
import { z } from 'zod';
import { defineConfig } from './define-config.js';
import { KeyReporter } from './key-reporter.js';

const logger = createLogger('test');
const definitions = [defineConfig('limits', z.object({ burst: z.int().default(10) }))];

/** Reports documents of KV, one after the other, and gives what was logged of each. */
function reportOf(trees: Record<string, unknown>[], environment = {}) {
  const sut = new KeyReporter(logger);
  return trees.map((tree) => {
    const logged: unknown[] = [];
    const note = (fields: unknown) => void logged.push(fields);
    const spies = [jest.spyOn(logger, 'warn').mockImplementation(note), jest.spyOn(logger, 'info').mockImplementation(note)];
    sut.report({ definitions, environment, kv: [{ source: 'KV', tree }], files: [] });
    for (const spy of spies) spy.mockRestore();
    return logged;
  });
}

describe(KeyReporter.name, () => {
  it('says a key once for as long as it stands there, and again when it comes back', () => {
    const [first, second, third, fourth] = reportOf([{ brust: 1 }, { brust: 2, bust: 1 }, {}, { brust: 1 }]);
    expect([first, second, third, fourth]).toEqual([
      [{ source: 'KV', keys: ['brust'] }],
      [{ source: 'KV', keys: ['bust'] }],
      [],
      [{ source: 'KV', keys: ['brust'] }],
    ]);
  });

  it('does not copy a whole document into the log', () => {
    const tree = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`k${index}`, 1]));
    const [[fields]] = reportOf([tree]) as [[{ keys: string[]; more: number }]];
    expect([fields.keys.length, fields.more]).toEqual([20, 980]);
  });

  it.each([
    [{ LIMITS_BURST: '5' }, [{ source: 'KV', keys: ['limits.burst'] }]],
    [{ LIMITS_BURST: '' }, []],
    [{}, []],
  ])('in the environment %j, it says of what KV has of these keys: %j', (environment, expected) => {
    expect(reportOf([{ limits: { burst: 3 } }], environment)).toEqual([expected]);
  });
});
