import { AppError } from '@app/errors';
import { z } from 'zod';
import { ZodPipe } from './zod.pipe.js';

describe(ZodPipe.name, () => {
  const schema = z.strictObject({
    size: z.coerce.number().int().max(100, 'must be at most 100').default(20),
    limits: z.array(z.object({ axles: z.int('must be a whole number') })).optional(),
  });
  const faultsOf = (parse: () => unknown) => {
    try {
      parse();
    } catch (error) {
      if (error instanceof AppError) return { code: error.code, errors: error.details.errors };
      throw error;
    }
    throw new Error('nothing was refused');
  };

  it('gives the parsed value, defaults included', () => {
    expect(new ZodPipe(schema).transform({ size: '7' })).toEqual({ size: 7 });
    expect(new ZodPipe(schema).transform({})).toEqual({ size: 20 });
  });

  it('names the field and the rule of every fault', () => {
    expect(faultsOf(() => new ZodPipe(schema).transform({ size: 101, limits: [{ axles: 1 }, { axles: 'two' }], colour: 'red' }))).toEqual({
      code: 'INPUT_INVALID',
      errors: [
        { field: 'size', reason: 'must be at most 100' },
        { field: 'limits.1.axles', reason: 'must be a whole number' },
        { field: 'colour', reason: 'is not a known field' },
      ],
    });
  });

  it('names a single value by its parameter', () => {
    expect(faultsOf(() => new ZodPipe(z.string().regex(/^\d+$/, 'must be digits'), 'id').transform('x')).errors).toEqual([
      { field: 'id', reason: 'must be digits' },
    ]);
  });

  it('caps the list and the length of a name that it repeats', () => {
    const fields = Object.fromEntries(Array.from({ length: 80 }, (_, index) => [`${'x'.repeat(200)}${index}`, 1]));
    const errors = faultsOf(() => new ZodPipe(z.strictObject({})).transform(fields)).errors!;
    expect(errors).toHaveLength(50);
    expect(errors[0]!.field).toHaveLength(64);
  });
});
