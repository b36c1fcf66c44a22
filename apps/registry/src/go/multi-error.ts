/** Several faults in one text, as `go-multierror` of HashiCorp writes them. */
export function multiErrorText(faults: readonly string[]): string {
  const count = faults.length === 1 ? '1 error' : `${faults.length} errors`;
  return `${count} occurred:\n${faults.map((fault) => `\t* ${fault}\n`).join('')}\n`;
}
