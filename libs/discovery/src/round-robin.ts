/**
 * Picks from lists in turn, over whatever list is given: the turns go on when it changes.
 *
 * @returns picks the next of a list; undefined from an empty one
 */
export function roundRobin(): <T>(list: readonly T[]) => T | undefined {
  let turn = Math.floor(Math.random() * 1_000);
  return (list) => {
    if (list.length === 0) return undefined;
    turn = (turn + 1) % Number.MAX_SAFE_INTEGER;
    return list[turn % list.length];
  };
}
