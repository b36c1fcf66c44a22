import { type ConsulAnswer, type ConsulClient, type ConsulWatch, watchConsul } from '@app/config';
import { type HealthEntry, type Instance, toInstance } from './instance.js';

/** Follows the healthy instances of one service; keeps the last list while the registry is away. */
export class ServiceWatch {
  private readonly watch: ConsulWatch;
  private readonly first = Promise.withResolvers<undefined>();
  private current: readonly Instance[] = [];
  private failingSince: Date | undefined;

  /** @param onChange told of every new list */
  constructor(client: ConsulClient, service: string, onChange: (instances: readonly Instance[]) => void) {
    this.watch = watchConsul<HealthEntry[]>({
      query: (options) =>
        client.health.service({ service, passing: true, ...options } as { service: string }) as unknown as Promise<
          ConsulAnswer<HealthEntry[]>
        >,
      onData: (entries) => {
        this.failingSince = undefined;
        this.current = entries.map(toInstance);
        this.first.resolve(undefined);
        onChange(this.current);
      },
      onError: () => {
        this.failingSince ??= new Date();
      },
    });
  }

  /** Instances that take requests, as far as known. */
  get instances(): readonly Instance[] {
    return this.current;
  }

  /** Since when the registry has not answered; undefined while it does. */
  get unreachableSince(): Date | undefined {
    return this.failingSince;
  }

  /** Resolves with the first answer of the registry. */
  get known(): Promise<undefined> {
    return this.first.promise;
  }

  close(): void {
    this.watch.close();
  }
}
