import { ServiceMeta } from '@app/contracts';
import type { Instance } from '../instance.js';

/** Of those that take requests, the ones to choose from. */
export function eligible<T extends { readonly instance: Instance }>(members: readonly T[], zone: string | undefined): readonly T[] {
  return preferZone(withoutWeightless(members), zone);
}

/** An instance of weight zero takes requests only where no other does: so an operator empties one without stopping it. */
function withoutWeightless<T extends { readonly instance: Instance }>(members: readonly T[]): readonly T[] {
  const weighty = members.filter(({ instance }) => instance.weight > 0);
  return weighty.length === 0 || weighty.length === members.length ? members : weighty;
}

/** Those of one's own zone; all where it has none, or the own zone is not known. */
function preferZone<T extends { readonly instance: Instance }>(members: readonly T[], zone: string | undefined): readonly T[] {
  if (zone === undefined) return members;
  const near = members.filter(({ instance }) => instance.meta[ServiceMeta.Zone] === zone);
  return near.length === 0 ? members : near;
}
