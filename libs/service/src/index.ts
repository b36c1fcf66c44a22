import 'reflect-metadata';
export * from './create-service.js';
export { ApiZodBody, ApiZodQuery, ApiZodResponse } from './openapi/api-zod.decorator.js';
export { ServiceLifecycle } from './lifecycle/service-lifecycle.js';
export { serverConfig } from './service.config.js';
export * from './zod.pipe.js';
