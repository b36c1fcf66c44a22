/** The routes of an application, to tell a path that does not exist (404) from a method that a path does not have (405). */
export class AllowedMethods {
  private readonly routes: { pattern: RegExp; methods: readonly string[] }[] = [];

  /**
   * @param url a path in Fastify's syntax: `/users/:id`, `/files/*`
   * @param methods upper case
   */
  add(url: string, methods: readonly string[]): void {
    this.routes.push({ pattern: toPattern(url), methods });
  }

  /**
   * @param path of the request, without its query
   * @returns the methods that the path has, sorted; empty when no route has the path
   */
  of(path: string): string[] {
    const found = this.routes.filter(({ pattern }) => pattern.test(path)).flatMap(({ methods }) => methods);
    return [...new Set(found)].sort();
  }
}

function toPattern(url: string): RegExp {
  const source = url
    .split(/(:[A-Za-z0-9_]+(?:\([^)]*\))?\??|\*)/)
    .map((part) => {
      if (part === '*') return '.*';
      if (part.startsWith(':')) return '[^/]+';
      return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    })
    .join('');
  return new RegExp(`^${source}$`);
}
