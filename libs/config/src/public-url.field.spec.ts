import { z } from 'zod';
import { defineConfig } from './define-config.js';
import { fieldsOf } from './fields.js';
import { publicUrlField } from './public-url.field.js';

describe('publicUrlField', () => {
  it.each([
    ['https://causeway.example', 'https://causeway.example'],
    ['https://causeway.example/', 'https://causeway.example'],
    ['https://CAUSEWAY.example:443', 'https://causeway.example'],
    ['http://localhost:8080', 'http://localhost:8080'],
    [undefined, 'http://localhost:8080'],
  ])('reads %s as %s', (written, origin) => {
    expect(publicUrlField.parse(written)).toBe(origin);
  });

  it.each(['https://a/b', 'https://a/?b', 'https://a/#', 'https://user@a', 'ftp://a', 'a', ''])('refuses %s', (written) => {
    expect(publicUrlField.safeParse(written).success).toBe(false);
  });

  it('is read from PUBLIC_URL whatever the field is called', () => {
    const [field] = fieldsOf(defineConfig('any', z.object({ issuer: publicUrlField })));
    expect(field?.variables).toEqual(['PUBLIC_URL']);
  });
});
