import { securityConfig } from './security.config.js';

describe('securityConfig', () => {
  it.each(['https://causeway.example/', 'https://Causeway.Example:443'])('expects the issuer that auth signs with PUBLIC_URL=%s', (url) => {
    expect(securityConfig.schema.parse({ issuer: url }).issuer).toBe('https://causeway.example');
  });
});
