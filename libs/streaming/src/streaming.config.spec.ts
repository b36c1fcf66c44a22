import { fieldsOf } from '@app/config';
import { streamingConfig } from './streaming.config.js';

describe('streamingConfig', () => {
  it('says of each key that only a start reads it', () => {
    const live = fieldsOf(streamingConfig).filter(({ restart }) => !restart);
    expect(live.map(({ key }) => key)).toEqual([]);
  });
});
