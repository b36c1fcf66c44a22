const ANY = new Set(['0.0.0.0', '::', '[::]']);

/** Whether an address stands for every address of a machine: others cannot reach anything there. */
export function isAnyAddress(address: string): boolean {
  return ANY.has(address);
}
