import { Checkout } from './checkout.ts';
import { parseOptions } from './options.ts';

const parse = (args: string[], environment: NodeJS.ProcessEnv = {}) =>
  parseOptions(args, { command: 'npm start', allowed: ['data', 'port', 'port-offset', 'no-feed', 'detach', 'lines'], environment });

describe(parseOptions.name, () => {
  it('has defaults for everything', () => {
    expect(parse([])).toMatchObject({ data: Checkout.defaultData, portOffset: undefined, feed: true, detach: false, names: [] });
  });

  it('reads every option, with a value after a space or an equals sign', () => {
    expect(parse(['--data', '/a b', '--port-offset=1000', '--no-feed', '--detach'])).toMatchObject({
      data: '/a b',
      portOffset: 1000,
      feed: false,
      detach: true,
    });
  });

  it('tells a folder and a port that were said from those that were not', () => {
    expect(parse([])).toMatchObject({ isDataGiven: false, port: undefined });
    expect(parse(['--data', '/x', '--port', '8500'])).toMatchObject({ isDataGiven: true, port: 8500 });
  });

  it('takes a relative folder from where npm was called', () => {
    expect(parse(['--data', 'there'], { INIT_CWD: '/somewhere' }).data).toBe('/somewhere/there');
  });

  it.each([
    [['--nofeed'], 'npm start knows no option --nofeed; npm start -- --help lists what it knows.'],
    [['--json'], 'npm start knows no option --json; npm start -- --help lists what it knows.'],
    [['-x'], 'npm start knows no option -x; npm start -- --help lists what it knows.'],
    [['--data'], '--data needs a value.'],
    [['--data', '--detach'], '--data needs a value.'],
    [['--data='], '--data needs the path of a folder.'],
    [['--detach=yes'], '--detach takes no value.'],
    [['--port-offset', '1.5'], '--port-offset must be a whole number from 0 to 49156, not "1.5".'],
    [['--port-offset', '49157'], '--port-offset must be a whole number from 0 to 49156, not "49157".'],
    [['--port', '0'], '--port must be a whole number from 1 to 65535, not "0".'],
    [['--port', '65536'], '--port must be a whole number from 1 to 65535, not "65536".'],
    [['--port', '85OO'], '--port must be a whole number from 1 to 65535, not "85OO".'],
    [['--lines', 'many'], '--lines must be a whole number from 0 to 1000000, not "many".'],
  ])('refuses %j in one sentence', (args, sentence) => {
    expect(() => parse(args)).toThrow(sentence);
  });

  it.each([
    ['detach', { npm_config_detach: 'true' }],
    ['port-offset', { npm_config_port_offset: '5' }],
    ['no-feed', { npm_config_feed: '' }],
  ])('notices that npm kept --%s for itself', (name, environment) => {
    expect(() => parse([], environment)).toThrow(`npm kept --${name} for itself: write npm start -- --${name}`);
  });
});
