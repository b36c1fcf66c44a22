import { type GatewayRig } from './gateway-rig.js';

/** What a browser sends. */
export interface Ask {
  method?: string;
  headers?: Record<string, string>;
  body?: URLSearchParams;
}

/** A browser as far as the tests need one: keeps cookies by path, follows redirects when told to. */
export class Browser {
  readonly #cookies = new Map<string, { value: string; path: string }>();

  constructor(private readonly rig: GatewayRig) {}

  /** Name and value of each cookie. */
  get cookies(): Map<string, string> {
    return new Map([...this.#cookies].map(([name, { value }]) => [name, value]));
  }

  setCookie(name: string, value: string): void {
    this.#cookies.set(name, { value, path: '/' });
  }

  /** What is sent to a path. */
  cookieHeader(asked: string): string {
    const sent = [...this.#cookies].filter(([, { path }]) => asked.startsWith(path));
    return sent.map(([name, { value }]) => `${name}=${value}`).join('; ');
  }

  /** Asks the gateway; the address may be a path, or absolute at the gateway's public address. */
  async ask(address: string, init: Ask = {}): Promise<Response> {
    const url = new URL(address, this.rig.publicUrl);
    const cookie = this.cookieHeader(url.pathname);
    const headers = { ...(cookie !== '' && { cookie }), ...init.headers };
    const answer = await this.rig.fetch(url.pathname + url.search, { ...init, headers });
    for (const line of answer.headers.getSetCookie()) this.#keep(line);
    return answer;
  }

  /** Follows redirects; the first other answer, and where it was found. */
  async follow(first: Response): Promise<{ answer: Response; at: string }> {
    let [answer, at] = [first, ''];
    for (let hops = 0; hops < 10; hops += 1) {
      const location = answer.headers.get('location');
      if (location === null) return { answer, at };
      at = new URL(location, this.rig.publicUrl).href;
      answer = await this.ask(location);
    }
    throw new Error('Too many redirects');
  }

  /** `GET /session`. */
  async session(): Promise<unknown> {
    return (await this.ask('/session')).json();
  }

  #keep(line: string): void {
    const [pair = '', ...attributes] = line.split('; ');
    const equals = pair.indexOf('=');
    const [name, value] = [pair.slice(0, equals), pair.slice(equals + 1)];
    const path = attributes.find((attribute) => /^path=/i.test(attribute))?.slice('path='.length) ?? '/';
    if (value === '') this.#cookies.delete(name);
    else this.#cookies.set(name, { value, path });
  }
}
