import { type ConsulAnswer, type ConsulClient, type ConsulWatch, watchConsul } from '@app/config';

/** Follows the names of the services in the registry; keeps the last list while it is away. */
export class CatalogueWatch {
  private readonly watch: ConsulWatch;
  private current: readonly string[] = [];

  /** @param onChange told of every new list */
  constructor(client: ConsulClient, onChange: (services: readonly string[]) => void) {
    this.watch = watchConsul<Record<string, string[]>>({
      query: (options) =>
        client.catalog.service.list(options as unknown as { dc?: string }) as unknown as Promise<ConsulAnswer<Record<string, string[]>>>,
      onData: (services) => {
        this.current = Object.keys(services).sort();
        onChange(this.current);
      },
    });
  }

  /** Names, sorted, as far as known. */
  get services(): readonly string[] {
    return this.current;
  }

  close(): void {
    this.watch.close();
  }
}
