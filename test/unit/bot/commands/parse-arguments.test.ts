import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chatCommands } from '../../../../action/domain/request.ts'
import { parseArguments } from '../../../../bot/commands/parse-arguments.ts'
import { describeCommand, findCommand } from '../../../../bot/commands/registry.ts'

const id = '20261122T030012Z-k7q2'

function parse(line: string) {
  const [name = '', ...words] = line.slice(1).split(' ')
  const command = findCommand(name)
  if (command === undefined) throw new Error(`There is no ${name}`)
  return parseArguments(command, words)
}

describe('parseArguments', () => {
  it.each([
    ['/backups --type=daily', { 'filter-type': 'DAILY' }],
    ['/backups --type WeEkLy', { 'filter-type': 'WEEKLY' }],
    ['/backups --status in_progress', { 'filter-status': 'IN_PROGRESS' }],
    ['/backups --page 1', { page: '1' }],
    ['/backups --page=10000', { page: '10000' }],
    ['/restore latest --mode Swap', { 'backup-id': 'latest', 'restore-mode': 'swap' }],
    ['/restore latest --mode=IN-PLACE', { 'backup-id': 'latest', 'restore-mode': 'in-place' }],
  ])('reads %j', (line, inputs) => {
    expect(parse(line)).toMatchObject({ kind: 'read', inputs })
  })

  it.each([
    ['/restore', 'it names no backup, expected /restore <id|latest> [--mode M]'],
    ['/backup now', '"now" means nothing here, expected nothing more'],
    ['/restore latest latest', '"latest" means nothing here, expected --mode'],
    ['/backups --sort size', '"--sort" is not known, expected --type, --status, --page'],
    ['/backups --page', '--page has no value, expected --page N'],
    ['/backups --page --type DAILY', '--page has no value, expected --page N'],
    ['/backups --page 0', '--page is "0", expected a whole number from 1 to 10000'],
    ['/backups --page 10001', '--page is "10001", expected a whole number from 1 to 10000'],
    ['/backups --page 01', '--page is "01", expected a whole number from 1 to 10000'],
    ['/backups --page 1e3', '--page is "1e3", expected a whole number from 1 to 10000'],
    ['/backups --page=-1', '--page is "-1", expected a whole number from 1 to 10000'],
    ['/backups --page=', '--page is "", expected a whole number from 1 to 10000'],
    ['/backups --page 1 --page 2', '--page is given twice, expected it once'],
    ['/backups --type x', '--type is "x", expected one of DAILY, WEEKLY, MONTHLY, MANUAL'],
    ['/cleanup --dry-run=false', '--dry-run has a value, expected none'],
    ['/cleanup --dry-run --dry-run', '--dry-run is given twice, expected it once'],
    ['/unpin latest', '"latest", expected an id such as 20261122T030012Z-k7q2'],
    ['/delete latest', '"latest", expected an id such as 20261122T030012Z-k7q2'],
    [
      '/restore ../../etc',
      '"../../etc", expected an id such as 20261122T030012Z-k7q2, or "latest"',
    ],
    [`/restore ${id}/x`, `"${id}/x", expected an id such as 20261122T030012Z-k7q2, or "latest"`],
    ['/cancel 7', '"7", expected the id of a request as its card shows it, "rq…"'],
    ['/help me', '"me", expected one of backup, backups, restore, verify, pin, unpin, accept,'],
    ['/status --', '"--" is not known, expected nothing more'],
    ['/status __proto__', '"__proto__" means nothing here, expected nothing more'],
  ])('refuses %j', (line, message) => {
    const reading = parse(line)
    const [command] = line.split(' ')
    expect(reading).toMatchObject({ kind: 'usage' })
    expect(reading.kind === 'usage' && reading.message).toContain(`Cannot read ${command}: `)
    expect(reading.kind === 'usage' && reading.message).toContain(message)
  })

  it.each([
    ['/restore Latest', '/restore latest'],
    ['/restore lastest', '/restore latest'],
    ['/restore "latest"', '/restore latest'],
    ['/restore <latest>', '/restore latest'],
    ['/restore latest.', '/restore latest'],
    [`/restore ${id.toLowerCase()}`, `/restore ${id}`],
    [`/restore ${id.toUpperCase()}`, `/restore ${id}`],
    ['/restore `20261122T030012Z-k7q2`,', `/restore ${id}`],
    ['/restore 20261122T030012-k7q2', `/restore ${id}`],
    ['/restore 20261122T030012Z\u2013k7q2', `/restore ${id}`],
    ['/restore 20261122030012k7q2', `/restore ${id}`],
    ['/delete 2026-11-22T03:00:12Z-k7q2', `/delete ${id}`],
    ['/delete 20261122_030012_k7q2', `/delete ${id}`],
    ['/verify shop-manual-20261122T030012Z-k7q2.sql.gz', `/verify ${id}`],
    ['/restore latest \u2014mode swap', '/restore latest --mode swap'],
    ['/restore latest \u2013mode=swap', '/restore latest --mode=swap'],
    ['/restore latest -mode swap', '/restore latest --mode swap'],
    ['/restore latest ---mode swap', '/restore latest --mode swap'],
    ['/restore latest --mod swap', '/restore latest --mode swap'],
    ['/restore latest --Mode=swp', '/restore latest --mode=swap'],
    ['/restore latest mode=swap', '/restore latest --mode=swap'],
    ['/restore latest swap', '/restore latest --mode swap'],
    ['/restore latest --mode new_database', '/restore latest --mode new-database'],
    ['/backups DAILY', '/backups --type DAILY'],
    ['/backups --tpye dayly --staus failled', '/backups --type DAILY --status FAILED'],
    ['/backups --status in-progress', '/backups --status IN_PROGRESS'],
    ['/cleanup dry-run', '/cleanup --dry-run'],
    ['/cleanup --dryrun', '/cleanup --dry-run'],
    ['/cleanup --dry_run', '/cleanup --dry-run'],
    ['/cleanup \u2014dry-run', '/cleanup --dry-run'],
    ['/help Restore', '/help restore'],
    ['/help /bakup', '/help backup'],
  ])('suggests for %j the line %j', (line, suggestion) => {
    expect(parse(line)).toMatchObject({ kind: 'usage', suggestion })
    expect(parse(suggestion).kind).toBe('read')
  })

  it.each([
    '/restore yesterday',
    '/restore 20261122',
    '/backup now',
    '/backups --page 0',
    '/cancel 7',
  ])('suggests nothing for %j', (line) => {
    expect(parse(line)).not.toHaveProperty('suggestion')
  })

  it('tells three faults, each on its line, and cuts foreign words', () => {
    const reading = parse(`/backups --a --b --c --d ${'x'.repeat(200)}`)
    expect(reading.kind === 'usage' && reading.message.split('\n')).toHaveLength(3)
    const long = parse(`/help ${'x'.repeat(200)}`)
    expect(long.kind === 'usage' && long.message).toContain(`"${'x'.repeat(40)}…"`)
  })

  it('refuses more words than any command takes', () => {
    expect(parse(`/status ${'a '.repeat(30).trim()}`)).toMatchObject({
      kind: 'usage',
      message: 'Cannot read /status: it has 30 words, expected fewer',
    })
  })

  it('gives the Action only what it takes, whatever the words', () => {
    const word = fc.oneof(
      fc.constantFrom(
        id,
        'latest',
        '--mode',
        '--mode=swap',
        '--type',
        'DAILY',
        '--page',
        '2',
        '--',
      ),
      fc.string({ maxLength: 12 }).map((text) => text.replace(/\s/g, '')),
    )
    const values =
      /^(?:latest|[A-Z_]+|\d{1,5}|swap|new-database|in-place|true|[a-z]+|rq[\da-f-]+|\d{8}T\d{6}Z-[a-z2-7]{4})$/
    fc.assert(
      fc.property(
        fc.constantFrom(...chatCommands),
        fc.array(word, { maxLength: 6 }),
        (name, words) => {
          const reading = parseArguments(
            describeCommand(name),
            words.filter((text) => text !== ''),
          )
          if (reading.kind === 'read')
            for (const value of Object.values(reading.inputs)) expect(value).toMatch(values)
          else expect(reading.message).toMatch(/^Cannot read \//)
        },
      ),
    )
  })
})
