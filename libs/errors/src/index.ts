export * from './app-error.js';
export * from './error-code.js';
export * from './problem.js';
export * from './start-refused-error.js';
