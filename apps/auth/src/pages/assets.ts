import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Route } from '../provider/routes.js';

/** A file that the pages use. */
export interface Asset {
  contentType: string;
  body: Buffer;
  /** Changes when the file does. */
  version: string;
}

const FOLDER = new URL('../../assets/', import.meta.url);

function load(name: string, contentType: string): Asset {
  const body = readFileSync(new URL(name, FOLDER));
  return { contentType, body, version: hash('sha256', body, 'hex').slice(0, 12) };
}

const ASSETS = {
  'pages.css': load('pages.css', 'text/css; charset=utf-8'),
  'mark.svg': load('mark.svg', 'image/svg+xml'),
} as const satisfies Record<string, Asset>;

type AssetName = keyof typeof ASSETS;

/** The file with a name. */
export function findAsset(name: string): Asset | undefined {
  return Object.hasOwn(ASSETS, name) ? ASSETS[name as AssetName] : undefined;
}

/** Address of a file, with its version: it may be cached for ever. */
export function urlOf(name: AssetName): string {
  return `${Route.Assets}/${name}?v=${ASSETS[name].version}`;
}
