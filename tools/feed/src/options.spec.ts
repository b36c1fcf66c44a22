import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readOptions } from './options.ts';

const read = (text: string, environment: Record<string, string> = {}) => readOptions(text === '' ? [] : text.split(' '), environment);

describe('readOptions', () => {
  it('invents ten passes a second on standard output unless told otherwise', () => {
    expect(read('')).toEqual({
      source: { kind: 'live' },
      sink: { kind: 'stdout' },
      rate: 10,
      dailyRhythm: false,
      count: Infinity,
      batch: 1_000,
      seed: 1,
      duplicates: 0.01,
      late: 0.02,
      media: 0,
    });
  });

  it('knows what to do for a past range and for a file: no pace unless one is given', () => {
    const range = read('--from 2026-03-01T00:00:00+08:00 --to 2026-03-02T00:00:00+08:00 --count 5');
    expect(range).toMatchObject({
      source: { kind: 'range', from: Date.parse('2026-02-28T16:00:00Z'), to: Date.parse('2026-03-01T16:00:00Z'), count: 5 },
      rate: 0,
      count: 5,
    });
    expect(read('--from-wim a.csv --station 3301020001 --rate 3')).toMatchObject({
      source: { kind: 'wim', file: 'a.csv', station: '3301020001' },
      rate: 3,
    });
  });

  it('takes address and client from options before the environment, the secret from the environment or a file alone', async () => {
    const environment = { FEED_URL: 'http://a:1/', FEED_CLIENT_ID: 'x', FEED_CLIENT_SECRET: 's' };
    expect(read('--sink http', environment)).toMatchObject({
      sink: { url: 'http://a:1', tokenUrl: 'http://a:1/oauth2/token', clientId: 'x', clientSecret: 's', gzip: false },
    });
    expect(read('--sink http --url http://b:2 --token-url http://c/t --client-id y --gzip', environment)).toMatchObject({
      sink: { url: 'http://b:2', tokenUrl: 'http://c/t', clientId: 'y', gzip: true },
    });
    const folder = await mkdtemp(join(tmpdir(), 'feed-'));
    await writeFile(join(folder, 'secret'), 'from-file\n');
    expect(read('--sink http', { FEED_CLIENT_SECRET_FILE: join(folder, 'secret') })).toMatchObject({ sink: { clientSecret: 'from-file' } });
    await rm(folder, { recursive: true });
  });

  it.each([
    ['--rate fast', '--rate must be a number from 0 to 1000000, not fast'],
    ['--rate=-1', '--rate must be a number'],
    ['--count 0', '--count must be a whole number from 1, not 0'],
    ['--seed x', '--seed must be a whole number'],
    ['--duplicates 1', '--duplicates must be a number from 0 to 0.99'],
    ['--late 1.5', '--late must be a number from 0 to 1'],
    ['--sink kafka', '--sink must be http or stdout, not kafka'],
    ['--sink http', 'FEED_CLIENT_SECRET'],
    ['--sink http --url localhost', '--url must be an http or https address, not localhost'],
    ['--from 2026-03-01 --to 2026-03-02T00:00:00Z --count 1', '--from must be RFC 3339 with an offset'],
    ['--from 2026-03-01T00:00:00Z --count 1', '--to must be RFC 3339'],
    ['--from 2026-03-02T00:00:00Z --to 2026-03-01T00:00:00Z --count 1', '--to must be later than --from'],
    ['--from 2026-03-01T00:00:00Z --to 2026-03-02T00:00:00Z', '--from and --to need --count'],
    ['--from-wim a.csv', '--from-wim needs --station with a code of 10 digits'],
    ['--station 3301020001', '--station is only for --from-wim'],
    ['--client-secret s', "Unknown option '--client-secret'"],
  ])('refuses %s and says why', (text, reason) => {
    expect(() => read(text)).toThrow(reason);
  });
});
