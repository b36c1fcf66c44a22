import { UploadPlaces } from './upload-places.js';

const sender = (subject: string) => ({ kind: 'client', subject }) as const;
const codeOf = (take: () => unknown): unknown => {
  try {
    take();
    return undefined;
  } catch (error) {
    return (error as { code: unknown }).code;
  }
};

describe('UploadPlaces', () => {
  it('lets no sender hold more than half of the places, and leaves the rest to others', () => {
    const places = new UploadPlaces();
    for (let upload = 0; upload < 4; upload += 1) places.take(sender('one'), 8);
    expect(() => places.take(sender('one'), 8)).toThrow(
      expect.objectContaining({ code: 'DYN_SENDER_TOO_MANY_UPLOADS', status: 429, retriable: true }) as Error,
    );
    expect(() => places.take(sender('one'), 8)).toThrow('4 uploads under way, half');
    expect(codeOf(() => places.take(sender('two'), 8))).toBeUndefined();
    expect(codeOf(() => places.take({ kind: 'user', subject: 'one' }, 8))).toBeUndefined();
  });

  it('takes no more than there are places, whoever sends', () => {
    const places = new UploadPlaces();
    for (const subject of ['one', 'one', 'two', 'two']) places.take(sender(subject), 4);
    expect(codeOf(() => places.take(sender('three'), 4))).toBe('DYN_TOO_MANY_UPLOADS');
  });

  it('gives places back', () => {
    const places = new UploadPlaces();
    const giveBack = [places.take(sender('one'), 4), places.take(sender('one'), 4)];
    expect(codeOf(() => places.take(sender('one'), 4))).toBe('DYN_SENDER_TOO_MANY_UPLOADS');
    for (const give of giveBack) give();
    for (const subject of ['one', 'one', 'two', 'two']) places.take(sender(subject), 4);
    expect(codeOf(() => places.take(sender('two'), 4))).toBe('DYN_TOO_MANY_UPLOADS');
  });

  it('has one place for each sender where half is none', () => {
    expect(codeOf(() => new UploadPlaces().take(sender('one'), 1))).toBeUndefined();
  });
});
