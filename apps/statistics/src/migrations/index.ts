import { CreateHistory1790000000000 } from './1790000000000-create-history.js';

/** In the order in which they run. */
export const migrations = [CreateHistory1790000000000];
