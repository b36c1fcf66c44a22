import { CreateTables1795219200000 } from './1795219200000-create-tables.js';
import { SeedRoles1795219200001 } from './1795219200001-seed-roles.js';

/** Every migration of schema `system`, oldest first. */
export const migrations = [CreateTables1795219200000, SeedRoles1795219200001];
