import type { Adapter, AdapterPayload } from 'oidc-provider';

/** An adapter of a model that oidc-provider may look up and never change. */
export class ReadOnlyAdapter implements Adapter {
  constructor(private readonly source: { find: (id: string) => Promise<AdapterPayload | undefined> }) {}

  find(id: string): Promise<AdapterPayload | undefined> {
    return this.source.find(id);
  }

  readonly findByUid = refuse;
  readonly findByUserCode = refuse;
  readonly upsert = refuse;
  readonly consume = refuse;
  readonly destroy = refuse;
  readonly revokeByGrantId = refuse;
}

function refuse(): Promise<undefined> {
  return Promise.reject(new Error('This model is read-only.'));
}
