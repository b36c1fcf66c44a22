import { refuseEnterprise } from '../catalog/enterprise.js';
import type { Handler } from '../http/router.js';

type Param = NonNullable<Parameters<typeof refuseEnterprise>[1]>[number];

/** A handler that answers no request for a namespace or a partition. */
export function communityOnly(handler: Handler, params: readonly Param[] = ['ns', 'partition']): Handler {
  return (request) => {
    refuseEnterprise(request, params);
    return handler(request);
  };
}
