import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Route } from '../provider/routes.js';

/** A file that the pages use. */
export interface Asset {
  contentType: string;
  body: Buffer;
}

const FOLDER = new URL('../../assets/', import.meta.url);

const load = (name: string, contentType: string): [string, Asset] => [name, { contentType, body: readFileSync(new URL(name, FOLDER)) }];

/** The files by their names. */
export const ASSETS: ReadonlyMap<string, Asset> = new Map([
  load('pages.css', 'text/css; charset=utf-8'),
  load('mark.svg', 'image/svg+xml'),
]);

/** With a part that changes when the file does: it may be cached for ever. */
export const STYLE_SHEET_URL = `${Route.Assets}/pages.css?v=${hash('sha256', ASSETS.get('pages.css')?.body ?? '', 'hex').slice(0, 12)}`;
