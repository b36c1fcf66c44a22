import { CHECKOUT, Checkout } from './checkout.ts';
import { toTable } from './output.ts';
import { DEMO_USERS } from './platform/accounts.ts';
import type { Platform } from './platform/platform.ts';

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
  const given = Object.entries(external).filter(([, server]) => server !== undefined);
  return [
    '',
    `Causeway is running: every part was healthy after ${took}.`,
    '',
    ...toTable([
      ['  Address', address],
      ...accounts.map((account, index) => [index === 0 ? '  Accounts' : '', account]),
      ['  Data', folder.root],
      ['  Logs', folder.logs],
      ...(given.length === 0 ? [] : [['  Given', `servers of others: ${given.map(([name]) => name).join(', ')}`]]),
      ['  Stop', detached ? stop : `Ctrl-C, or ${stop}`],
      ['  More', `${commandFor('npm run status', folder.root)}; ${commandFor('npm run logs', folder.root)}`],
    ]),
    '',
  ];
}

/** A command as it is to be typed in the checkout for a data folder. */
export function commandFor(command: string, data: string): string {
  if (data === Checkout.defaultData) return command;
  const path = data.startsWith(`${CHECKOUT}/`) ? data.slice(CHECKOUT.length + 1) : data;
  return `${command} -- --data ${/^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`}`;
}
