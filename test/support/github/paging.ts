import type { OpenCall } from './route.ts'

const perPageDefault = 30
const perPageMax = 100

/** The page of a list that is asked for, and the header that leads to the others. */
export function pageOf<T>(
  items: readonly T[],
  { query, address }: Pick<OpenCall, 'query' | 'address'>,
): { readonly items: readonly T[]; readonly headers: Readonly<Record<string, string>> } {
  const perPage = Math.min(Math.max(Number(query['per_page'] ?? perPageDefault), 1), perPageMax)
  const page = Math.max(Number(query['page'] ?? 1), 1)
  const last = Math.max(Math.ceil(items.length / perPage), 1)
  const link = (target: number, relation: string) => {
    const asked = new URLSearchParams({ ...query, page: String(target) })
    return `<${address}?${asked}>; rel="${relation}"`
  }
  const links = [
    ...(page > 1 ? [link(page - 1, 'prev'), link(1, 'first')] : []),
    ...(page < last ? [link(page + 1, 'next'), link(last, 'last')] : []),
  ]
  return {
    items: items.slice((page - 1) * perPage, page * perPage),
    headers: links.length === 0 ? {} : { link: links.join(', ') },
  }
}
