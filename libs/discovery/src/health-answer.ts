import { ServiceMeta } from '@app/contracts';
import { z } from 'zod';
import { type Instance, originOf } from './instance.js';

/** The parts of the answer to `GET /v1/health/service/:name` that are used. */
const healthAnswer = z.array(
  z.object({
    Node: z.object({ Node: z.string(), Address: z.string() }),
    Service: z.object({
      ID: z.string().min(1),
      Service: z.string(),
      Address: z.string(),
      Port: z.number(),
      Meta: z.record(z.string(), z.string()).nullish(),
      Weights: z.object({ Passing: z.number(), Warning: z.number() }).nullish(),
      CreateIndex: z.number().optional(),
    }),
    Checks: z.array(z.object({ Status: z.string() })).nullish(),
  }),
);

type HealthEntry = z.infer<typeof healthAnswer>[number];

/** An instance as the registry answers it, healthy or not. */
export interface RegisteredInstance {
  readonly instance: Instance;
  /** It has an address, and none of its checks, nor of its node's, is critical: those of maintenance are. */
  readonly takesRequests: boolean;
  /** The index of the registry when it was registered first; another one = it was registered anew. */
  readonly createIndex: number | undefined;
}

/** Of one service. */
const MAX_INSTANCES = 10_000;

/**
 * Reads an answer of the registry.
 *
 * @throws RangeError when it names more instances than 10,000
 * @throws ZodError when it is none: what something else has answered in the registry's place must not pass for a list of instances
 */
export function readHealthAnswer(answer: unknown): readonly RegisteredInstance[] {
  if (Array.isArray(answer) && answer.length > MAX_INSTANCES) {
    throw new RangeError(`The registry names more than ${MAX_INSTANCES} instances (${answer.length})`);
  }
  return healthAnswer.parse(answer).map((entry) => {
    const instance = toInstance(entry);
    const isHealthy = (entry.Checks ?? []).every(({ Status }) => Status === 'passing' || Status === 'warning');
    return { instance, takesRequests: isHealthy && hasOrigin(instance), createIndex: entry.Service.CreateIndex };
  });
}

/** Without an address of its own an instance has its node's. */
function toInstance({ Node, Service, Checks }: HealthEntry): Instance {
  const isWarning = (Checks ?? []).some(({ Status }) => Status === 'warning');
  const registered = (isWarning ? Service.Weights?.Warning : Service.Weights?.Passing) ?? 1;
  return {
    id: `${Node.Node}/${Service.ID}`,
    service: Service.Service,
    address: Service.Address === '' ? Node.Address : Service.Address,
    port: Service.Port,
    meta: Service.Meta ?? {},
    // Something else than Consul may answer less than zero, or so much that sums of weights are no numbers any more.
    weight: Math.min(MAX_WEIGHT, metaWeight(Service.Meta?.[ServiceMeta.Weight]) ?? Math.max(0, registered)),
  };
}

/** A registry takes any address and any port: one that nobody can be asked at must not keep the others of its list from being asked. */
function hasOrigin(instance: Instance): boolean {
  const url = URL.parse(originOf(instance));
  return url !== null && url.href === `${url.origin}/`;
}

/** Of Consul itself. */
const MAX_WEIGHT = 65_535;
const WEIGHT = /^\d{1,5}(?:\.\d{1,3})?$/;

/** What is no weight is not taken for one. */
function metaWeight(text: string | undefined): number | undefined {
  return text !== undefined && WEIGHT.test(text) ? Number(text) : undefined;
}
