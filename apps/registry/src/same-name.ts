/** Whether two names of nodes, services, tags or states are one: capitals make no difference. */
export function isSameName(one: string, other: string): boolean {
  return one === other || one.toLowerCase() === other.toLowerCase();
}
