/** Fields as Go writes those that are marked `omitempty`: without what is zero or has nothing in it. */
export function omitEmpty(fields: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => !isEmpty(value)));
}

/** Whether Go would leave a value out. */
export function isEmpty(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0;
  return value === '' || value === 0 || value === false || value === undefined || value === null;
}
