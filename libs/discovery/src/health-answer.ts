import { ServiceMeta } from '@app/contracts';
import { z } from 'zod';
import type { Instance } from './instance.js';

/** The parts of the answer to `GET /v1/health/service/:name` that are used. */
const healthAnswer = z.array(
  z.object({
    Node: z.object({ Address: z.string() }),
    Service: z.object({
      ID: z.string().min(1),
      Service: z.string(),
      Address: z.string(),
      Port: z.int().min(0).max(65_535),
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
  /** None of its checks, nor of its node's, is critical: those of maintenance are. */
  readonly takesRequests: boolean;
  /** The index of the registry when it was registered first; another one = it was registered anew. */
  readonly createIndex: number | undefined;
}

/**
 * Reads an answer of the registry.
 *
 * @throws ZodError when it is none: what something else has answered in the registry's place must not pass for a list of instances
 */
export function readHealthAnswer(answer: unknown): readonly RegisteredInstance[] {
  return healthAnswer.parse(answer).map((entry) => ({
    instance: toInstance(entry),
    takesRequests: (entry.Checks ?? []).every(({ Status }) => Status === 'passing' || Status === 'warning'),
    createIndex: entry.Service.CreateIndex,
  }));
}

/** Without an address of its own an instance has its node's. */
function toInstance({ Node, Service, Checks }: HealthEntry): Instance {
  const isWarning = (Checks ?? []).some(({ Status }) => Status === 'warning');
  const registered = (isWarning ? Service.Weights?.Warning : Service.Weights?.Passing) ?? 1;
  return {
    id: Service.ID,
    service: Service.Service,
    address: Service.Address === '' ? Node.Address : Service.Address,
    port: Service.Port,
    meta: Service.Meta ?? {},
    weight: metaWeight(Service.Meta?.[ServiceMeta.Weight]) ?? registered,
  };
}

const WEIGHT = /^\d{1,5}(?:\.\d{1,3})?$/;

/** What is no weight is not taken for one. */
function metaWeight(text: string | undefined): number | undefined {
  return text !== undefined && WEIGHT.test(text) ? Number(text) : undefined;
}
