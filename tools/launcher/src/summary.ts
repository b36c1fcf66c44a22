import { CHECKOUT, Checkout } from './checkout.ts';
import { toTable } from './output.ts';
import { DEMO_USERS } from './platform/accounts.ts';
import type { ExternalServers } from './platform/external.ts';
import { consulAddressOf, type Platform } from './platform/platform.ts';

/** What a start tells when everything is healthy. */
export function describeStart(platform: Platform, { took, detached }: { took: string; detached: boolean }): string[] {
  const { folder, address, secrets, external } = platform;
  const accounts = toTable(
    DEMO_USERS.map(({ username, roles, area }) => [
      username,
      secrets.users[username]?.password ?? '',
      `${roles.join(', ')}${area === null ? '' : `, area ${area}`}`,
    ]),
  );
  const stop = commandFor('npm stop', folder.root);
  const given = describeGiven(external);
  return [
    '',
    `Causeway is running: every part was healthy after ${took}.`,
    '',
    ...toTable([
      ['  Address', address],
      ['  Consul API', consulAddressOf(platform)],
      ...accounts.map((account, index) => [index === 0 ? '  Accounts' : '', account]),
      ['  Data', folder.root],
      ['  Logs', folder.logs],
      ...(given === '' ? [] : [['  Uses', given]]),
      ['  Stop', detached ? stop : `Ctrl-C, or ${stop}`],
      ['  More', `${commandFor('npm run status', folder.root)}; ${commandFor('npm run logs', folder.root)}`],
    ]),
    '',
  ];
}

const GIVEN_BY: Record<keyof ExternalServers, string> = {
  database: 'PostgreSQL (DATABASE_URL)',
  redis: 'Redis (REDIS_URL)',
  authRedis: 'Redis for auth (AUTH_REDIS_URL)',
  streamRedis: 'Redis for streams (STREAM_REDIS_URL)',
  consul: 'Consul (CONSUL_HTTP_ADDR)',
  zipkin: 'Zipkin (ZIPKIN_URL)',
};

/** The servers that are not ours, and the variables that name them; no address, as it may hold a password. */
function describeGiven(external: ExternalServers): string {
  const names = Object.keys(GIVEN_BY) as (keyof ExternalServers)[];
  // An empty ZIPKIN_URL names none: tracing is off.
  const given = names.filter((name) => external[name] !== undefined && external[name] !== '');
  return given.map((name) => GIVEN_BY[name]).join(', ');
}

/** A command as it is to be typed in the checkout for a data folder. */
export function commandFor(command: string, data: string): string {
  if (data === Checkout.defaultData) return command;
  const path = data.startsWith(`${CHECKOUT}/`) ? data.slice(CHECKOUT.length + 1) : data;
  return `${command} -- --data ${/^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`}`;
}
