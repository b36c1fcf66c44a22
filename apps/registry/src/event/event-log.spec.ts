import { EventLog, indexOfEvent, MAX_EVENTS, sizeFault } from './event-log.js';

const event = (name: string) => ({ id: name, name, payload: null, nodeFilter: '', serviceFilter: '', tagFilter: '' });

describe(EventLog.name, () => {
  it('remembers the last events, each with a later time', () => {
    const sut = new EventLog();
    for (let at = 0; at < MAX_EVENTS + 3; at++) sut.add(event(`e${at}`));
    const names = sut.list('').map(({ name }) => name);
    expect([names.length, names[0], names.at(-1)]).toEqual([MAX_EVENTS, 'e3', `e${MAX_EVENTS + 2}`]);
    expect(sut.list('e4')).toEqual([{ ...event('e4'), lTime: 5 }]);
  });
});

describe(indexOfEvent.name, () => {
  it('is one half of the id over the other', () => {
    expect(indexOfEvent('a773f418-a0ab-c1f0-71d5-5d832cc924b4')).toBe(15467236455790863684n);
  });
});

describe(sizeFault.name, () => {
  it.each([
    ['n'.repeat(200), []],
    ['n'.repeat(150), [100, 0]],
    ['n', [0, 400]],
  ])('takes what the gossip carries', (name, parts) => {
    expect(sizeFault(name, parts)).toBeUndefined();
  });

  it.each([
    ['n'.repeat(215), [], 'after'],
    ['n', [0, 425], 'after'],
    ['n'.repeat(230), [], 'before'],
    ['n'.repeat(100), [300], 'before'],
  ])('and no more', (name, parts, when) => {
    expect(sizeFault(name, parts)).toContain(`limit of 512 bytes ${when} encoding`);
  });
});
