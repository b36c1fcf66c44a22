import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** What passport and its strategies look at in a request of Express, made of Fastify's. */
export class PassportRequest {
  readonly headers: IncomingHttpHeaders;
  /** Parameters given once; one that is repeated is nobody's. */
  readonly query: Readonly<Record<string, string>>;

  constructor(
    request: FastifyRequest,
    private readonly reply: FastifyReply,
  ) {
    this.headers = request.headers;
    const entries = Object.entries(request.query as Record<string, unknown>);
    this.query = Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
  }

  setCookie(cookie: string): void {
    void this.reply.header('set-cookie', cookie);
  }
}

/** What passport does to a response of Express, done to Fastify's reply: it sets a status and headers, and ends it. */
export class PassportResponse {
  constructor(private readonly reply: FastifyReply) {}

  set statusCode(status: number) {
    void this.reply.status(status);
  }

  setHeader(name: string, value: string | string[]): void {
    // Fastify counts for itself.
    if (name.toLowerCase() !== 'content-length') void this.reply.header(name, value);
  }

  end(body = ''): void {
    void this.reply.header('cache-control', 'no-store').send(body);
  }
}
