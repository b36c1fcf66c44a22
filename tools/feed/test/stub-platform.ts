import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { createGunzip } from 'node:zlib';

/** An answer that the platform gives instead of its usual one. */
export interface Refusal {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

/** Stands in for the gateway: hands out tokens and takes lines, or refuses as told. */
export class StubPlatform {
  readonly lines: string[] = [];
  /** Lines per request. */
  readonly batches: number[] = [];
  readonly encodings: (string | undefined)[] = [];
  /** Bodies of token requests. */
  readonly tokenRequests: string[] = [];
  /** Used up one by one, before anything else is answered. */
  readonly refusals: { tokens: Refusal[]; records: Refusal[] } = { tokens: [], records: [] };
  validToken = 'first';
  /** Takes records and never answers. */
  isHanging = false;
  /** Requests that are left without an answer. */
  unanswered = 0;
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => {
      void this.answer(request).then(({ status, body, headers }) => {
        response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body ?? {}));
      });
    });
  }

  async listen(port = 0): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(port, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage): Promise<Refusal> {
    const encoding = request.headers['content-encoding'];
    const body = await text(encoding === 'gzip' ? request.pipe(createGunzip()) : request);
    if (request.url === '/oauth2/token') return this.answerToken(request, body);
    if (request.url !== '/api/dynamic/streams/pass-records') return { status: 404 };
    if (request.headers.authorization !== `Bearer ${this.validToken}`) return { status: 401, body: { code: 'UNAUTHENTICATED' } };
    if (this.isHanging) {
      this.unanswered += 1;
      return Promise.withResolvers<Refusal>().promise;
    }
    const refusal = this.refusals.records.shift();
    if (refusal !== undefined) return refusal;
    const lines = body.split('\n').filter((line) => line !== '');
    this.lines.push(...lines);
    this.batches.push(lines.length);
    this.encodings.push(encoding);
    return { status: 200, body: { accepted: lines.length, duplicates: 0, rejected: [], rejectedCount: 0 } };
  }

  private answerToken(request: IncomingMessage, body: string): Refusal {
    this.tokenRequests.push(`${request.headers.authorization ?? ''} ${body}`);
    return this.refusals.tokens.shift() ?? { status: 200, body: { access_token: this.validToken, token_type: 'Bearer', expires_in: 3600 } };
  }
}
