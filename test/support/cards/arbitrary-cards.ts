import fc from 'fast-check'
import { type Card, cardRanks } from '../../../action/domain/card.ts'
import { chatCommands, type Request } from '../../../action/domain/request.ts'

/** What hostile people write into names, arguments and messages. */
const hostile = fc.constantFrom(
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '![x](https://tracker.test/a.png)',
  '[click](javascript:alert(1))',
  '](https://evil.test) [',
  '@octocat please look',
  'see #1 and acme/shop#2 and GH-3',
  'https://evil.test/?q=1 www.evil.test',
  '<!-- strongroom:card eyJ2IjoxfQ -->',
  '-->\n<!-- strongroom:card eyJ2IjoxfQ -->',
  '<!-- strongroom:details -->',
  '\n<!-- /strongroom:details -->\n',
  '`x` ``y`` ```\nz',
  '| a | b |\n| --- | --- |',
  '\\| a \\',
  '# heading',
  '> quote',
  '- list\n1. list',
  '---',
  '\u202egnp.exe\u202c\u200b\u0000\u001b[31m',
  '</details></td></table>',
  '&lt;b&gt; &#60;',
  '$$x$$ ~~y~~ **z** __w__',
  '    indented',
)

/** Foreign text of at most so many UTF-16 units and at least one. */
export function foreignText(unitsMax: number): fc.Arbitrary<string> {
  return fc
    .oneof(
      {
        weight: 3,
        arbitrary: fc.array(hostile, { minLength: 1, maxLength: 4 }).map((l) => l.join(' ')),
      },
      { weight: 2, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: unitsMax }) },
      { weight: 1, arbitrary: fc.string({ minLength: unitsMax, maxLength: unitsMax }) },
    )
    .map((text) => text.slice(0, unitsMax))
}

const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })
const instant = fc
  .integer({ min: 1_700_000_000_000, max: 1_900_000_000_000 })
  .map((ms) => new Date(ms).toISOString())
const id = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER })
const account = fc.record({ id, login: foreignText(255) })

export const arbitraryRequest: fc.Arbitrary<Request> = fc
  .record({
    repositoryId: id,
    issueNumber: fc.integer({ min: 1, max: 9_999_999 }),
    commentId: id,
    commandIndex: fc.integer({ min: 0, max: 99 }),
    command: fc.constantFrom(...chatCommands),
    arguments: fc.dictionary(
      foreignText(40).filter((key) => key !== '__proto__'),
      foreignText(200),
      { maxKeys: 10, noNullPrototype: true },
    ),
    requester: fc.record({ id, login: foreignText(100) }),
    deliveryId: maybe(foreignText(100)),
    createdAt: instant,
  })
  .map(({ deliveryId, ...rest }) => ({
    version: 1,
    id: `rq${rest.issueNumber}-${rest.commentId}-${rest.commandIndex}-0123456789ab`,
    ...rest,
    ...(deliveryId !== undefined && { deliveryId }),
  }))

const arbitraryPlan = fc.record(
  {
    command: fc.constantFrom('restore' as const, 'delete' as const),
    backupId: foreignText(255),
    database: foreignText(255),
    sizeBytes: fc.nat(),
    checksum: fc.string({ maxLength: 64 }),
    takenAt: instant,
    target: foreignText(255),
    mode: foreignText(255),
  },
  { requiredKeys: ['command', 'backupId', 'database', 'sizeBytes', 'takenAt'] },
)

export const arbitraryCard: fc.Arbitrary<Card> = fc.record(
  {
    version: fc.constant(1 as const),
    state: fc.constantFrom(...(Object.keys(cardRanks) as Card['state'][])),
    updatedAt: instant,
    run: fc.record({
      id,
      url: fc.constantFrom(
        'https://github.example/acme/shop/actions/runs/9001',
        'javascript:alert(1)',
        'https://evil.test/) <img src=x> [x](',
      ),
    }),
    plan: arbitraryPlan,
    waiting: fc.record(
      {
        environment: foreignText(255),
        reviewers: fc.array(foreignText(255), { maxLength: 20 }),
        until: instant,
      },
      { requiredKeys: ['environment', 'reviewers'] },
    ),
    approvers: fc.array(account, { maxLength: 20 }),
    isUnprotected: fc.boolean(),
    progress: foreignText(300),
    message: foreignText(2000),
    hint: foreignText(2000),
    reasonCode: foreignText(60),
  },
  { requiredKeys: ['version', 'state', 'updatedAt'] },
)
