import { join, resolve } from 'node:path';

/** Absolute path of the checkout that this launcher belongs to. */
export const CHECKOUT = resolve(import.meta.dirname, '..', '..', '..');

/** Where the parts of the checkout lie that a running platform reads. */
export const Checkout = {
  config: join(CHECKOUT, 'config'),
  console: join(CHECKOUT, 'apps', 'console'),
  compileCache: join(CHECKOUT, '.cache', 'node'),
  feed: join(CHECKOUT, 'tools', 'feed', 'src', 'main.ts'),
  launcher: join(CHECKOUT, 'tools', 'launcher', 'launch.mjs'),
  defaultData: join(CHECKOUT, 'data'),
} as const;

/** The compiled entry of a service. */
export function serviceEntry(name: string): string {
  return join(CHECKOUT, 'apps', name, 'dist', 'main.js');
}
