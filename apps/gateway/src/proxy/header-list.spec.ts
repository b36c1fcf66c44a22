import { HeaderList } from './header-list.js';

const sample = () => new HeaderList(['a', '1', 'b', '2', 'a', '3', 'c', '4']);

describe(HeaderList.name, () => {
  it('gives the first value', () => {
    expect(sample().get('a')).toBe('1');
    expect(sample().get('x')).toBeUndefined();
  });

  it('replaces all lines of a name by one, in the place of the first', () => {
    const list = sample();
    list.set('a', 'new');
    list.set('d', '5');
    expect(list.lines).toEqual(['a', 'new', 'b', '2', 'c', '4', 'd', '5']);
  });

  it('removes by name and by rule', () => {
    const list = sample();
    list.remove('a');
    expect(list.lines).toEqual(['b', '2', 'c', '4']);
    list.removeWhere((name) => name === 'c');
    expect(list.lines).toEqual(['b', '2']);
  });

  it('adds a line beside others of its name', () => {
    const list = new HeaderList();
    list.append('a', '1');
    list.append('a', '2');
    expect(list.lines).toEqual(['a', '1', 'a', '2']);
  });
});
