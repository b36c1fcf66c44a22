export type { Exclusion, Lease } from './balancing/roster.js';
export { discoveryConfig, type DiscoveryConfig } from './discovery.config.js';
export { DiscoveryModule } from './discovery.module.js';
export { DiscoveryService } from './discovery.service.js';
export { type Instance, originOf } from './instance.js';
export type { InstanceStatus, RegistrationOptions } from './registration.js';
