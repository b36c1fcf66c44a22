/** A visitor: keeps cookies by path as a browser does, follows redirects one by one. */
export class Browser {
  /** By path and name: a browser takes cookies of one name at two paths for two. */
  readonly #cookies = new Map<string, { name: string; value: string; path: string }>();

  constructor(
    /** Where the server really listens. */
    private readonly origin: string,
    /** The address that its answers speak of. */
    private readonly publicOrigin: string,
  ) {}

  /** Asks once; the address may be a path or an address under either origin. */
  async ask(address: string, init: RequestInit = {}): Promise<Response> {
    const url = new URL(address, this.publicOrigin);
    const headers = new Headers(init.headers);
    const cookies = [...this.#cookies.values()]
      .filter(({ path }) => url.pathname.startsWith(path))
      .map(({ name, value }) => `${name}=${value}`);
    if (cookies.length > 0) headers.set('cookie', cookies.join('; '));
    const answer = await fetch(`${this.origin}${url.pathname}${url.search}`, { ...init, headers, redirect: 'manual' });
    for (const cookie of answer.headers.getSetCookie()) this.#keep(cookie);
    return answer;
  }

  /** Sends a form of a page, as the page itself would. */
  submit(address: string, fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Response> {
    return this.ask(address, {
      method: 'POST',
      body: new URLSearchParams(fields),
      headers: { origin: this.publicOrigin, 'sec-fetch-site': 'same-origin', ...headers },
    });
  }

  /** Follows redirects while they stay at this server; returns the first other answer, or the redirect away. */
  async follow(answer: Response): Promise<Response> {
    let current = answer;
    for (let hops = 0; hops < 10; hops += 1) {
      const location = current.headers.get('location');
      if (location === null || !isPathOfServer(new URL(location, this.publicOrigin), this.publicOrigin)) return current;
      current = await this.ask(location);
    }
    throw new Error('Too many redirects');
  }

  get cookieNames(): string[] {
    return [...this.#cookies.values()].map(({ name }) => name);
  }

  #keep(cookie: string): void {
    const [pair = '', ...attributes] = cookie.split('; ');
    const [name = '', ...value] = pair.split('=');
    const path = attributes.find((attribute) => /^path=/i.test(attribute))?.slice(5) ?? '/';
    const key = `${path} ${name}`;
    if (value.join('=') === '' || attributes.some((attribute) => /^expires=Thu, 01 Jan 1970/i.test(attribute))) this.#cookies.delete(key);
    else this.#cookies.set(key, { name, value: value.join('='), path });
  }
}

function isPathOfServer(url: URL, publicOrigin: string): boolean {
  return url.origin === publicOrigin && url.pathname.startsWith('/oauth2/');
}
