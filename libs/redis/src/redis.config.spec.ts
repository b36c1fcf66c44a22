import { fieldsOf } from '@app/config';
import { REDIS_USES, redisConfigOf } from './redis.config.js';

describe(redisConfigOf.name, () => {
  it.each(REDIS_USES)('%s: says of each key that only a start reads it', (use) => {
    expect(fieldsOf(redisConfigOf(use)).filter(({ restart }) => !restart)).toEqual([]);
  });
});
