import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseComment } from '../../../../bot/commands/parse-comment.ts'
import { hostileDocuments } from './markdown-documents.ts'

const id = '20261122T030012Z-k7q2'

/** What a comment asks for, short: "/restore backup-id=latest", or the code of a problem. */
function read(body: string): readonly string[] {
  return parseComment(body).map((item) => {
    if (item.kind === 'problem') return item.code
    const inputs = Object.entries(item.inputs).map(([key, value]) => ` ${key}=${value}`)
    return `/${item.name}${inputs.join('')}`
  })
}

function firstProblem(body: string) {
  const item = parseComment(body)[0]
  return item?.kind === 'problem' ? item : undefined
}

describe('parseComment', () => {
  it.each([
    ['/backup', '/backup'],
    [
      '/backups --type DAILY --status=completed --page 2',
      '/backups filter-type=DAILY filter-status=COMPLETED page=2',
    ],
    ['/restore latest', '/restore backup-id=latest'],
    [`/restore ${id} --mode new-database`, `/restore backup-id=${id} restore-mode=new-database`],
    [`/restore --mode=swap ${id}`, `/restore restore-mode=swap backup-id=${id}`],
    ['/verify latest', '/verify backup-id=latest'],
    ['/pin latest', '/pin backup-id=latest'],
    [`/unpin ${id}`, `/unpin backup-id=${id}`],
    [`/accept ${id}`, `/accept backup-id=${id}`],
    ['/cleanup', '/cleanup'],
    ['/cleanup --dry-run', '/cleanup dry-run=true'],
    [`/delete ${id}`, `/delete backup-id=${id}`],
    ['/status', '/status'],
    ['/cancel', '/cancel'],
    ['/cancel rq7-1902837465-0-4f1c09ab77de', '/cancel request=rq7-1902837465-0-4f1c09ab77de'],
    ['/policy', '/policy'],
    ['/help', '/help'],
    ['/help restore', '/help topic=restore'],
    ['/help /restore', '/help topic=restore'],
  ])('reads %j', (body, wanted) => {
    expect(read(body)).toEqual([wanted])
  })

  it('says which commands change something, a dry run not among them', () => {
    const effects = (body: string) =>
      parseComment(body).map((item) => (item.kind === 'command' ? item.effect : item.code))
    expect(effects('/cleanup')).toEqual(['change'])
    expect(effects('/cleanup --dry-run')).toEqual(['read'])
    expect(effects('/pin latest')).toEqual(['change'])
    expect(effects('/status\n/verify latest\n/help')).toEqual(['read', 'change', 'read'])
  })

  it.each([
    ['a line among others', 'The deploy broke it.\n/backups\nThanks'],
    ['three spaces before', '   /backups'],
    ['space and tabs around', '  /backups \t '],
    ['CRLF', 'Please\r\n/backups\r\n'],
    ['CR', 'Please\r/backups\rThanks'],
    ['a hard break of two spaces', '/backups  \nThanks'],
    ['a hard break of a back-slash', '/backups\\\nThanks'],
    ['after a quote and an empty line', '> /restore latest\n\n/backups'],
    ['after a list and an empty line', '- a\n- b\n\n/backups'],
    ['straight after a fenced block', '```\nlog\n```\n/backups'],
    ['straight after a heading', '# Broken\n/backups'],
    ['straight after an underlined heading', 'Broken\n---\n/backups'],
    ['straight after a rule', '***\n/backups'],
    ['straight after a comment of HTML', '<!-- template -->\n/backups'],
    ['after a table and an empty line', '| a |\n|---|\n| b |\n\n/backups'],
    ['after a folded part that is closed', '<details>\n\nlog\n\n</details>\n\n/backups'],
    ['inside emphasis over several lines', '*please\n/backups\nsoon*'],
    ['beside code in the same paragraph', 'The `main` branch\n/backups\nand `dev`'],
    [
      'beside links in the same paragraph',
      'See [the log](https://ci.example/a_(b)) and [x]\n/backups',
    ],
    ['beside tildes that strike nothing', 'About ~5 GB\n/backups\n~ 3 minutes'],
    ['emoji and joiners on other lines', '👩‍👩‍👧 ☕️ é\u00a0x\n/backups'],
    ['an unclosed back-tick', 'a ` b\n/backups'],
    ['an escaped back-tick', '\\`\n/backups\n`'],
    ['back-ticks that open no fence', '``` a `\n/backups'],
    ['an item whose text begins five columns in', '-    a\n\n  /backups'],
    ['an item whose text begins behind a tab', '-\ta\n\n  /backups'],
    ['code in an item behind a half-used tab', '-\t  x\n/backups'],
    ['an empty item', '-\n/backups'],
    ['after code in an item', '- ```\n  log\n/backups'],
    ['a comment of HTML before it', 'a <!-- b --> c\n/backups'],
    ['an autolink with a back-tick behind', '<https://x.example>`\n/backups'],
    ['below an address over several lines', '[a](\nhttps://x.example\n) y\n/backups'],
    ['below the address of an image', '![a](https://x.example/i.png)\n/backups'],
  ])('counts a command: %s', (_, body) => {
    expect(read(body)).toEqual(['/backups'])
  })

  it.each([
    ['mid-sentence', 'Try /backup now'],
    ['a quote', '> /backup'],
    ['a lazy line of a quote', '> said\n/backup'],
    ['a lazy line of a list', '- said\n/backup'],
    ['a list', '- /backup\n* /backup\n1. /backup'],
    ['a task list', '- [ ] /backup'],
    ['a paragraph of an item', '- a\n\n  /backup'],
    ['a paragraph of an item that begins with code', '-     a\n\n  /backup'],
    ['a heading', '# /backup'],
    ['an underlined heading', '/backup\n==='],
    ['another underlined heading', '/backup\n---'],
    ['an HTML block', '<div>\n/backup\n</div>'],
    ['an HTML comment', '<!--\n/backup\n-->'],
    ['an HTML comment with empty lines', '<!--\n\n/backup\n\n-->'],
    ['an unclosed HTML comment', '<!--\n\n/backup'],
    ['an HTML comment in a paragraph', 'see <!-- x\n/backup\n-->'],
    ['an attribute of HTML', 'see <b title="\n/backup\n">'],
    ['a quote with code', '> ```\n> /backup\n> ```'],
    ['emphasis', '**/backup**'],
    ['a path', '/etc/passwd'],
    ['a path below a command', '/backup/2026\n/backup/\n//backup'],
    ['a space behind the slash', '/ backup'],
    ['commands of others', '/lgtm\n/assign @x\n/restart\n/rebase\n/hold\n/retest\n/close'],
    ['a longer word', '/backup-all\n/backup2\n/backup_x\n/backup.'],
    ['an escaped slash', '\\/backup'],
    ['an entity', '&#47;backup'],
    ['a code span in a sentence', '`/backup` makes one'],
    ['unknown words in code', '```\n/usr/bin/backup\n/deploy\n```'],
    ['text around it in code', '```\n$ /backup\n/status 200 OK\n```'],
    ['a link', '[/backup](https://x.example)'],
    ['nothing', ''],
    ['a look-alike slash', '\u2215backup'],
  ])('has nothing to say about %s', (_, body) => {
    expect(parseComment(body)).toEqual([])
  })

  it.each([
    ['a fenced block', '```\n/backup\n```'],
    ['a block fenced by tildes', '~~~ text\n/backup\n~~~'],
    ['an unclosed fence', '```\n\n/backup'],
    ['an indented block', 'Do:\n\n    /backup'],
    ['an indented line of a paragraph', 'Do:\n    /backup'],
    ['a code span of its own line', '`/backup`'],
    ['a code span over several lines', 'a `b\n/backup\nc`'],
    ['a table', '| a |\n|---|\n/backup'],
    ['the head of a table', '/backup\n|---|'],
    ['what follows a table', 'a|b\n-|-\n===\n/backup'],
    ['what follows a footnote', '[^1]: a\n\n/backup'],
    ['a folded part', '<details>\n\n/backup\n\n</details>'],
    ['an unclosed folded part', '<details>\n\n/backup'],
    ['a quote of HTML', '<blockquote>\n\n/backup\n\n</blockquote>'],
    ['text that only readers without ruby see', '<ruby>a<rp>\n\n/backup\n\n</rp></ruby>'],
    ['text in one line of such', 'a <ruby>b<rp>\n/backup\n</rp></ruby>'],
    ['text that HTML turns around', '<bdo dir="rtl">\n\n/backup\n\n</bdo>'],
    ['what a browser without video shows', '<video>\n\n/backup\n\n</video>'],
    ['what GitHub filters of HTML', '<noframes>\n\n/backup\n\n</noframes>'],
    ['a link over several lines', '[a\n/backup\nb](https://x.example)'],
    ['brackets over several lines', '[a\n/backup\nb]'],
    ['the address of a link', '[a](\n/backup\n)'],
    ['a definition of a link', '[a]:\n/backup'],
    ['what follows a definition', '[a]: https://x.example\n/backup'],
    ['struck out text', '~~no\n/backup\nno~~'],
    ['a formula', '$$\n/backup\n$$'],
    ['a paragraph that ends in a footnote', '/backup\n[^1]: a\n==='],
    ['what may be a heading or not', '[a]: b\n===\n2. # `\n/backup\n`'],
    ['an old comment of HTML', 'x <!-- a -- ` --> ` `\n/backup\n`'],
    ['what follows a bare address with a back-tick', 'http://x.example/` `\n/backup\n`'],
    ['what follows an address with a back-tick', '[a](`) `\n/backup'],
    ['what follows a label with a back-tick', '[a][`] ` `\n/backup'],
    ['what follows too many parentheses', `[a](${'('.repeat(33)}${')'.repeat(33)})\n/backup`],
    ['a list within a table', 'a|b\n-|-\n2. x\n\n   y\n/backup'],
    ['what follows too many levels', `${'> '.repeat(60)}a\n\n/backup`],
    ['HTML that versions read differently', '<!a\n```\n>\n/backup'],
  ])('tells that a command in %s was not run', (_, body) => {
    expect(parseComment(body)).toMatchObject([
      { kind: 'problem', code: 'only_in_code', name: 'backup', index: 0, suggestion: '/backup' },
    ])
    expect(read(`/status\n\n${body}`)).toEqual(['/status'])
  })

  it.each([
    ['/backup\u200b', 'U+200B'],
    ['\u200b/backup', 'U+200B'],
    ['/bac\u00adkup', 'U+00AD'],
    ['/restore\u00a0latest', 'U+00A0'],
    [`/restore \u202e${id}`, 'U+202E'],
    ['\ufeff/backup', 'U+FEFF'],
    ['/backup\u0000', 'U+0000'],
    ['/backup \u001b[0m', 'U+001B'],
    ['/backup \u2028', 'U+2028'],
    ['/backup\u3000', 'U+3000'],
    ['/backup \ufe0f', 'U+FE0F'],
    ['/backup \ud800', 'U+D800'],
    ['/backup \u3164', 'U+3164'],
    ['/backup \u000b', 'U+000B'],
    ['/backup \u{e0041}', 'U+E0041'],
  ])('refuses %j for what nobody sees in it', (body, character) => {
    const problem = firstProblem(body)
    expect(problem?.code).toBe('hidden_characters')
    expect(problem?.message).toContain(character)
    expect(parseComment(body)).toHaveLength(1)
  })

  it.each(['\u202e said\n\n/backup', 'a\u0000b\n/backup', '\u001b[31mlog\n\n/backup'])(
    'refuses a command behind %j, whose reach is not its own line alone',
    (body) => {
      expect(read(body)).toEqual(['hidden_characters'])
    },
  )

  it('takes a command before such characters', () => {
    expect(read('/backup\n\n\u001b[31mlog')).toEqual(['/backup'])
  })

  it.each([
    ['/bakup', '/backup'],
    ['/Backup', '/backup'],
    ['/RESTORE latest', '/restore latest'],
    ['/restroe latest --mode swap', '/restore latest --mode swap'],
    ['/backps --page 2', '/backups --page 2'],
    ['/stauts', '/status'],
    ['/verfy Latest', '/verify latest'],
    ['/helpp restore', '/help restore'],
  ])('suggests for %j what was probably meant, and runs nothing', (body, suggestion) => {
    expect(parseComment(body)).toMatchObject([
      { kind: 'problem', code: 'unknown_command', suggestion },
    ])
  })

  it.each(['/restore', '/delete', '/verify', '/delete latest', '/backup now', '/help me please'])(
    'answers %j with usage, never with a default',
    (body) => {
      expect(firstProblem(body)).toMatchObject({
        code: 'usage',
        name: body.slice(1).split(' ')[0],
        hint: expect.stringMatching(/^Usage: \//),
      })
    },
  )

  it.each([
    ['/backup\n/restore latest', ['two_changes']],
    ['/backup\n/backup', ['two_changes']],
    [
      `/status\n/backup\n/backups\n/delete ${id}\n/help`,
      ['/status', 'two_changes', '/backups', '/help'],
    ],
    ['/backup\n/restore', ['two_changes', 'usage']],
    ['/restore\n/backup', ['usage', 'two_changes']],
    ['/restore\n/delete', ['usage', 'usage']],
    ['/cleanup --dry-run\n/backup', ['/cleanup dry-run=true', '/backup']],
    ['/cleanup --dry-run\n/cleanup', ['/cleanup dry-run=true', '/cleanup']],
    ['/status\n/backups\n/status', ['/status', '/backups', '/status']],
  ])('of %j leaves %j', (body, wanted) => {
    expect(read(body)).toEqual(wanted)
  })

  it('numbers what is left by its place among all commands', () => {
    const items = parseComment('/status\n/backup\nno\n/backups\n/restore latest\n/help')
    expect(items.map(({ index }) => index)).toEqual([0, 1, 2, 4])
  })

  it('runs none of more than five commands', () => {
    expect(read('/status\n'.repeat(5))).toHaveLength(5)
    expect(read('/status\n'.repeat(6))).toEqual(['too_many'])
  })

  it('refuses a line that is too long', () => {
    expect(read(`/help ${'x'.repeat(500)}`)).toEqual(['usage'])
    expect(firstProblem(`/help ${'x'.repeat(500)}`)?.message).not.toContain('xxx')
  })

  it('refuses a comment that is longer than GitHub takes, where it seems to hold a command', () => {
    const filler = 'x\n'.repeat(32_768)
    expect(read(`${filler}/backups`)).toEqual(['too_long'])
    expect(read(`${filler}/etc/passwd`)).toEqual([])
    expect(read(`${filler.slice(9)}/backups`)).toEqual(['/backups'])
  })

  it.each([
    ['quoted', (text: string) => text.replace(/^/gm, '> ')],
    ['in a fence', (text: string) => `${'`'.repeat(200)}\n${text}\n${'`'.repeat(200)}`],
    ['indented', (text: string) => text.replace(/^/gm, '        ')],
    ['in an item', (text: string) => `- a\n${text.replace(/^/gm, '      ')}`],
  ])('runs nothing of any document that is %s', (_, wrap) => {
    fc.assert(
      fc.property(hostileDocuments, (text) => {
        const lines = text.replace(/\r\n|\r/g, '\n').replace(/\/status \d+/g, '/status')
        const items = parseComment(wrap(lines))
        expect(items.filter(({ kind }) => kind === 'command')).toEqual([])
      }),
      { numRuns: 200 },
    )
  })

  it('reads whatever text without an error, and the same text always alike', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(0xffff), { maxLength: 200 }), (codes) => {
        const text = String.fromCharCode(...codes)
        const body = `${text}\n/restore ${text}`
        expect(parseComment(body)).toEqual(parseComment(body))
        expect(JSON.stringify(parseComment(body)).length).toBeLessThan(2000)
      }),
    )
  })
})
