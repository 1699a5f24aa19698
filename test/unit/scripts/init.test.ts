import { describe, expect, it } from 'vitest'
import { describeSettings } from '../../../scripts/init/describe-settings.ts'
import { fillExample, planFiles } from '../../../scripts/init/plan-files.ts'
import { readRemote, readServer } from '../../../scripts/init/read-checkout.ts'

const example = `# Copy to .github/workflows/database-backup.yml.
# Set up first: docs/getting-started.md. your-org/strongroom@v0.1.0 is a placeholder: examples/README.md.
name: Database backup
jobs:
  backup:
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
      - uses: your-org/strongroom@v0.1.0
      - uses: your-org/strongroom/bot@v0.1.0
`

describe('fillExample', () => {
  const pin = { repository: 'acme/strongroom', commit: 'a'.repeat(40), version: 'v1.2.3' }

  it('names the true place and commit instead of the placeholder, with the release beside it', () => {
    expect(fillExample(example, pin)).toBe(`# Copy to .github/workflows/database-backup.yml.
# Set up first: docs/getting-started.md.
name: Database backup
jobs:
  backup:
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
      - uses: acme/strongroom@${'a'.repeat(40)} # v1.2.3
      - uses: acme/strongroom/bot@${'a'.repeat(40)} # v1.2.3
`)
  })

  it('drops a line that spoke of the placeholder alone', () => {
    const text = '# your-org/strongroom@v0.1.0 is a placeholder: examples/README.md.\nname: x\n'
    expect(fillExample(text, pin)).toBe('name: x\n')
  })

  it('leaves the placeholder where the place is not known', () => {
    expect(fillExample(example, undefined)).toBe(example)
  })
})

describe('planFiles', () => {
  it('writes what is missing and never what is there', () => {
    const there = new Map([
      ['same.yml', 'a'],
      ['mine.yml', 'b'],
    ])
    const wanted = ['same.yml', 'mine.yml', 'new.yml'].map((path) => ({ path, text: 'a' }))
    expect(planFiles(wanted, (path) => there.get(path)).map(({ state }) => state)).toEqual([
      'present',
      'differs',
      'new',
    ])
  })

  it('takes an empty file for one that is there', () => {
    expect(planFiles([{ path: 'a', text: 'b' }], () => '')[0]?.state).toBe('differs')
  })
})

describe('readRemote', () => {
  it.each([
    ['https://github.example/acme/shop.git', 'acme/shop'],
    ['https://github.example/acme/shop', 'acme/shop'],
    ['git@github.example:acme/shop.git', 'acme/shop'],
    ['ssh://git@github.example/acme/shop.git', 'acme/shop'],
    ['/srv/git/acme/shop.git', undefined],
    ['file:///srv/acme/shop', undefined],
  ])('of %s is %s', (address, expected) => {
    expect(readRemote(address)).toBe(expected)
  })
})

describe('readServer', () => {
  it.each([
    ['https://github.example/acme/shop.git', 'github.example'],
    ['https://someone@github.example/acme/shop', 'github.example'],
    ['git@github.example:acme/shop.git', 'github.example'],
    ['ssh://git@github.example:2222/acme/shop.git', 'github.example'],
    ['https://github.com/acme/shop.git', undefined],
    ['git@ssh.github.com:acme/shop.git', undefined],
    ['git@work:acme/shop.git', undefined],
    ['/srv/git/acme.example/shop.git', undefined],
  ])('of %s is %s', (address, expected) => {
    expect(readServer(address)).toBe(expected)
  })
})

describe('describeSettings', () => {
  it('names the repository and its default branch, or what to replace', () => {
    const known = describeSettings({ repository: 'acme/shop', defaultBranch: 'trunk' }).join('\n')
    expect(known).toContain('gh secret set DATABASE_URL --env database-backup --repo acme/shop')
    expect(known).toContain('-f name=trunk')
    expect(known).not.toContain('OWNER/NAME')
    const unknown = describeSettings({ repository: undefined, defaultBranch: 'main' }).join('\n')
    expect(unknown).toContain('--repo OWNER/NAME')
  })

  it('speaks to a server of its own, and quotes a branch that a shell would read', () => {
    const facts = { repository: 'acme/shop', defaultBranch: "it's$(x)", server: 'github.example' }
    const lines = describeSettings(facts)
    expect(lines[0]).toBe('export GH_HOST=github.example')
    expect(lines.filter((line) => line.endsWith(` -f 'name=it'\\''s$(x)'`))).toHaveLength(2)
  })
})
