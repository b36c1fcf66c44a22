import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { GatewayRig, START_TIMEOUT_MS } from './support/gateway-rig.js';
import { rawExchange } from './support/raw-exchange.js';

const SCRIPT = 'console.log("a script that is long enough to be worth compressing")';
let rig: GatewayRig;
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gateway-console-'));
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'index.html'), '<!doctype html><title>Console</title>');
  await writeFile(join(folder, 'assets/app-1a2b.js'), SCRIPT);
  await writeFile(join(folder, 'assets/app-1a2b.js.gz'), gzipSync(SCRIPT));
  rig = await GatewayRig.start({ env: { CONSOLE_DIR: folder } });
}, START_TIMEOUT_MS);

afterAll(async () => {
  await rig.stop();
  await rm(folder, { recursive: true });
});

describe('the console', () => {
  it('has a strict policy on every page', async () => {
    const { headers, status } = await rig.fetch('/');
    expect(status).toBe(200);
    expect(headers.get('content-security-policy')).toMatch(/script-src 'self';.*frame-ancestors 'none'/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toBe('no-cache');
  });

  it('is not sent again when it has not changed', async () => {
    const etag = (await rig.fetch('/')).headers.get('etag') ?? '';
    const again = await rawExchange(rig.port, `GET / HTTP/1.1\r\nHost: a\r\nIf-None-Match: ${etag}\r\nConnection: close\r\n\r\n`);
    expect(again.status).toBe(304);
  });

  it('keeps files with a hash in their name for ever, compressed where that is possible', async () => {
    const host = new URL(rig.publicUrl).host;
    const plain = await rig.fetch('/assets/app-1a2b.js', { headers: { 'accept-encoding': 'identity' } });
    expect([plain.headers.get('content-encoding'), await plain.text()]).toEqual([null, SCRIPT]);
    expect(plain.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    const { text } = await rawExchange(
      rig.port,
      `GET /assets/app-1a2b.js HTTP/1.1\r\nHost: ${host}\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n`,
    );
    const [head = '', body = ''] = text.split('\r\n\r\n');
    expect(head).toMatch(/content-encoding: gzip/i);
    expect(head).toMatch(/content-type: (?:text|application)\/javascript/i);
    expect(gunzipSync(Buffer.from(body, 'latin1')).toString()).toBe(SCRIPT);
  });

  it('answers the paths of its own pages to browsers, and none of the rest', async () => {
    const host = new URL(rig.publicUrl).host;
    const visit = (path: string) =>
      rawExchange(rig.port, `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nAccept: text/html\r\nConnection: close\r\n\r\n`);
    expect((await visit('/reports/2026')).text).toContain('<title>Console</title>');
    for (const path of ['/assets/gone.js', '/api/none', '/.env', '/health']) expect((await visit(path)).status).toBe(404);
    expect((await rig.fetch('/reports/2026')).status).toBe(404);
    expect((await rig.fetch('/', { method: 'POST' })).status).toBe(405);
  });
});
