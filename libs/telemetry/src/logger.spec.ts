import { Writable } from 'node:stream';
import { pino } from 'pino';
import { checkLogLevel, createLogger, loggerOptions, nameService, setLogLevel } from './logger.js';

function setup(level?: string) {
  const lines: Record<string, unknown>[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(JSON.parse(chunk.toString()) as Record<string, unknown>);
      done();
    },
  });
  return { sut: pino(loggerOptions(level), stream).child({ component: 'Spec' }), lines };
}

describe('loggerOptions', () => {
  it('make one JSON line: ISO time, level as text, service, component, message', () => {
    const { sut, lines } = setup();
    nameService('dynamic');
    sut.warn({ count: 3 }, 'Late records');
    expect(lines).toEqual([
      {
        level: 'warn',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string,
        service: 'dynamic',
        component: 'Spec',
        count: 3,
        msg: 'Late records',
      },
    ]);
  });

  it('censor secrets and describe errors', () => {
    const { sut, lines } = setup();
    sut.error({ err: new Error('broken'), headers: { authorization: 'Bearer abc' } }, 'Failed');
    expect(lines[0]).toMatchObject({ err: { type: 'Error', message: 'broken' }, headers: { authorization: '[redacted]' } });
  });

  it('take info for a level that does not exist', () => {
    const { sut, lines } = setup('loud');
    sut.debug('not shown');
    sut.info('shown');
    expect(lines.map(({ msg }) => msg)).toEqual(['shown']);
  });
});

describe('checkLogLevel', () => {
  it('refuses by name of the variable and rule what is no level', () => {
    expect(() => {
      checkLogLevel('loud');
    }).toThrow('LOG_LEVEL must be one of trace, debug, info, warn, error, fatal, silent');
    for (const level of [undefined, '', 'debug', 'silent'])
      expect(() => {
        checkLogLevel(level);
      }).not.toThrow();
  });
});

describe('setLogLevel', () => {
  it('holds for loggers made before and after', () => {
    const before = createLogger('Before');
    setLogLevel('error');
    expect(before.isLevelEnabled('warn')).toBe(false);
    expect(createLogger('After').isLevelEnabled('warn')).toBe(false);
    setLogLevel('debug');
    expect(before.isLevelEnabled('debug')).toBe(true);
    expect(createLogger('Before')).toBe(before);
  });
});
