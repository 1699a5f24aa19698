/** A count with separators, `6,600,000`; with a noun as {@link formatItems} has it. */
export function formatCount(count: number, noun?: string): string {
  if (noun !== undefined) return formatItems(count, noun)
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',')
}

/** A count with its noun in the fitting number, `1 row`, `6,600,000 rows`. */
export function formatItems(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`
}
