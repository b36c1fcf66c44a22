import { hash } from 'node:crypto';

/**
 * The mark of a record id: a 63-bit integer, in decimal, from its SHA-256. Marks are kept per station; of a million records of one station, two have
 * the same mark with a probability of 1 in 18 million.
 */
export function markOf(recordId: string): string {
  return (BigInt(`0x${hash('sha256', recordId).slice(0, 16)}`) >> 1n).toString();
}
