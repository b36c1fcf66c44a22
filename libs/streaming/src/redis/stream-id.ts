/** Compares two stream ids (`<ms>-<sequence>`, the sequence 0 when left out): negative, 0 or positive. */
export function compareStreamIds(a: string, b: string): number {
  const [aMs, aSequence] = parse(a);
  const [bMs, bSequence] = parse(b);
  return aMs - bMs || aSequence - bSequence;
}

/** The time in a stream id, in ms since the epoch. */
export function timeOfStreamId(id: string): number {
  return parse(id)[0];
}

function parse(id: string): [number, number] {
  const [ms, sequence = '0'] = id.split('-');
  return [Number(ms), Number(sequence)];
}
