import type { CheckRegistration, ServiceEntry } from '../store/entries.js';

export const NODE_MAINTENANCE = '_node_maintenance';

/** A check that is told its status. */
export const NOT_RUN = { type: '', interval: '', timeout: '', definition: {} };

/** The id of the check that takes a service out of service. */
export function serviceMaintenanceId(serviceId: string): string {
  return `_service_maintenance:${serviceId}`;
}

/** Takes a service out of service for as long as it is there. */
export function serviceMaintenance({ node, id }: ServiceEntry, reason: string): CheckRegistration {
  return {
    node,
    checkId: serviceMaintenanceId(id),
    name: 'Service Maintenance Mode',
    status: 'critical',
    notes: reason || 'Maintenance mode is enabled for this service, but no reason was provided. This is a default message.',
    output: '',
    serviceId: id,
    ...NOT_RUN,
    type: 'maintenance',
  };
}

/** Takes every service of a node out of service for as long as it is there. */
export function nodeMaintenance(node: string, reason: string): CheckRegistration {
  return {
    node,
    checkId: NODE_MAINTENANCE,
    name: 'Node Maintenance Mode',
    status: 'critical',
    notes: reason || 'Maintenance mode is enabled for this node, but no reason was provided. This is a default message.',
    output: '',
    serviceId: '',
    ...NOT_RUN,
    type: 'maintenance',
  };
}
