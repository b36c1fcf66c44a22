export { DiscoveryModule } from './discovery.module.js';
export { DiscoveryService } from './discovery.service.js';
export type { Instance } from './instance.js';
export { roundRobin } from './round-robin.js';
export type { RegistrationOptions } from './registration.js';
