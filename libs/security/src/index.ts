export { areaAllows, narrowArea } from './area-scope.js';
export { CurrentPrincipal, principalOf } from './current-principal.decorator.js';
export { INTERNAL_TOKEN_TYPE, verifyInternalToken, type KeyLookup, type RequestPrincipal } from './internal-token.js';
export { hashPassword, verifyPassword } from './password.js';
export { Public } from './public.decorator.js';
export { RequirePermission } from './require-permission.decorator.js';
export { hashSecret, randomSecret, verifySecret } from './secret.js';
export { securityConfig } from './security.config.js';
export { SecurityModule, type SecurityModuleOptions } from './security.module.js';
