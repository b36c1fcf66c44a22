import type { CheckRegistration, ServiceEntry } from '../store/entries.js';

/** The id of the check that takes a node out of service. */
export const NODE_MAINTENANCE = '_node_maintenance';

/** A check that is told its status. */
export const NOT_RUN = { type: '', interval: '', timeout: '', definition: {} };

/** The id of the check that takes a service out of service. */
export function serviceMaintenanceId(serviceId: string): string {
  return `_service_maintenance:${serviceId}`;
}

/** Takes a service out of service for as long as it is there. */
export function serviceMaintenance({ node, id }: ServiceEntry, reason: string): CheckRegistration {
  return maintenance({ node, checkId: serviceMaintenanceId(id), name: 'Service Maintenance Mode', serviceId: id }, 'service', reason);
}

/** Takes every service of a node out of service for as long as it is there. */
export function nodeMaintenance(node: string, reason: string): CheckRegistration {
  return maintenance({ node, checkId: NODE_MAINTENANCE, name: 'Node Maintenance Mode', serviceId: '' }, 'node', reason);
}

function maintenance(
  where: Pick<CheckRegistration, 'node' | 'checkId' | 'name' | 'serviceId'>,
  kind: 'service' | 'node',
  reason: string,
): CheckRegistration {
  return {
    ...where,
    status: 'critical',
    notes: reason || `Maintenance mode is enabled for this ${kind}, but no reason was provided. This is a default message.`,
    output: '',
    ...NOT_RUN,
    type: 'maintenance',
  };
}
