import { createRandom } from './random-bytes.ts'

const words = (
  'the of and to in a is that for it as was with be by on not he his but at are this have from or had ' +
  'an they which one you were all her she there would their we him been has when who will no more if ' +
  'out so up said what its about than into them can only other time new some could these two may first ' +
  'then do any like my now over such our man me even most made after also well database backup restore ' +
  'customer invoice shipment quarter analysis performance configuration government international'
).split(' ')
const cities = ['Berlin', 'Paris', 'New York', 'São Paulo', 'Wien', 'Oslo', '東京']
const states = ['new', 'paid', 'shipped', 'returned', 'cancelled']

/** A plain dump of about `rows` rows in each of five tables of different kinds; always the same. */
export function realisticDump(rows: number): Buffer {
  const random = createRandom(42)
  const below = (limit: number) => Math.floor(random() * limit)
  const pick = <T>(items: readonly T[]): T => items[below(items.length)] as T
  const hex = (length: number) => Array.from({ length }, () => below(16).toString(16)).join('')
  const uuid = () => `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`
  // Squaring makes some words common and most rare, as in a language.
  const text = (count: number) =>
    Array.from({ length: count }, () => words[Math.floor(random() ** 2 * words.length)]).join(' ')
  const time = (index: number) =>
    new Date(1_735_689_600_000 + index * 52_347 + below(50_000)).toISOString().replace('T', ' ')
  const event = () => ({
    id: uuid(),
    user: { id: below(200_000), city: pick(cities) },
    value: below(100_000) / 100,
    tags: [pick(states), pick(states)],
    path: `/p/${below(5000)}/view`,
  })
  const tables: Readonly<Record<string, (index: number) => string>> = {
    pgbench_accounts: (index) =>
      `${index}\t${1 + Math.floor(index / 1e5)}\t${below(9) * below(600)}\t${' '.repeat(84)}`,
    events: (index) => `${index}\t${time(index)}\t${JSON.stringify(event())}`,
    articles: (index) => `${index}\t${text(6)}\t${text(20 + below(120))}\t${below(500)}`,
    orders: (index) =>
      `${index}\t${uuid()}\t${below(1e5)}\t${(random() * 500).toFixed(2)}\t${random().toFixed(4)}\t${pick(states)}\t\\N`,
    history: (index) =>
      `${below(100)}\t${below(10)}\t${below(1e6)}\t${below(9999) - 5000}\t${time(index)}\t\\N`,
  }
  const copies = Object.entries(tables).map(
    ([name, row]) =>
      `COPY public.${name} FROM stdin;\n${Array.from({ length: rows }, (_, index) => `${row(index)}\n`).join('')}\\.\n\n`,
  )
  return Buffer.from(
    `--\n-- PostgreSQL database dump\n--\n\n${copies.join('')}--\n-- PostgreSQL database dump complete\n--\n\n`,
  )
}
