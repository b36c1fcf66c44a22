import { type ConsulAnswer, type ConsulClient, type ConsulWatch, watchConsul } from '@app/config';
import { z } from 'zod';

/** The answer to `GET /v1/catalog/services`: tags by name. */
const catalogueAnswer = z.record(z.string(), z.array(z.string()).nullable());

/** Follows the names of the services in the registry; keeps the last list while it is away or answers nonsense. */
export class CatalogueWatch {
  private readonly watch: ConsulWatch;
  private current: readonly string[] | undefined;
  private failingSince: Date | undefined;

  /** @param onChange told of every new list */
  constructor(client: ConsulClient, onChange: (services: readonly string[]) => void) {
    this.watch = watchConsul<unknown>({
      query: (options) => client.catalog.service.list(options as unknown as { dc?: string }) as unknown as Promise<ConsulAnswer<unknown>>,
      onData: (answer) => {
        const names = Object.keys(catalogueAnswer.parse(answer)).sort();
        this.current = names;
        this.failingSince = undefined;
        onChange(names);
      },
      onError: () => {
        this.failingSince ??= new Date();
      },
    });
  }

  /** Names, sorted, as far as known. */
  get services(): readonly string[] {
    return this.current ?? [];
  }

  /** Whether the registry has told them at all. */
  get isKnown(): boolean {
    return this.current !== undefined;
  }

  /** Since when the registry has not answered, or nothing that can be used; undefined while it does. */
  get unreachableSince(): Date | undefined {
    return this.failingSince;
  }

  close(): void {
    this.watch.close();
  }
}
