import 'reflect-metadata';
export { createService } from './create-service.js';
export type { ServiceOptions } from './service-options.js';
export { ApiZodResponse } from './openapi/api-zod.decorator.js';
export { ServiceLifecycle } from './lifecycle/service-lifecycle.js';
export * from './zod.pipe.js';
