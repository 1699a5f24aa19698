import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Failure } from '../../../action/domain/failure.ts'
import { type ClientRequest, findClient } from '../../../action/postgres/client-programs.ts'

let folder = ''
let roots = ''
let bin = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'strongroom-test-'))
  roots = join(folder, 'roots')
  bin = join(folder, 'bin')
  mkdirSync(roots)
  mkdirSync(bin)
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function script(path: string, body: string): void {
  writeFileSync(path, `#!/bin/sh\n${body}\n`, { mode: 0o755 })
}

/** Client programs that answer `--version` alone. */
function putClient(directory: string, version: string): void {
  mkdirSync(directory, { recursive: true })
  for (const name of ['pg_dump', 'psql', 'pg_restore']) {
    script(join(directory, name), `echo '${name} (PostgreSQL) ${version} (Fake 1)'`)
  }
}

const rootOf = (major: number) => join(roots, String(major), 'bin')

/** An apt that knows `candidates` and installs them; it logs its arguments. */
function putApt(candidates: Record<string, string>, failing = ''): void {
  const policies = Object.entries(candidates).map(
    ([name, version]) =>
      `  ${name}) echo '${name}:\n  Installed: (none)\n  Candidate: ${version}' ;;`,
  )
  script(
    join(bin, 'apt-cache'),
    `case "$2" in\n${policies.join('\n')}\n  *) echo "$2:"; echo '  Candidate: (none)' ;;\nesac`,
  )
  const installs = Object.entries(candidates).map(([name, version]) => {
    const directory = rootOf(Number(name.split('-').at(-1)))
    const programs = ['pg_dump', 'psql', 'pg_restore'].map(
      (program) =>
        `printf '#!/bin/sh\\necho "${program} (PostgreSQL) ${version}"\\n' > ${directory}/${program}; /bin/chmod 755 ${directory}/${program}`,
    )
    return `  *" ${name}") /bin/mkdir -p ${directory}; ${programs.join('; ')} ;;`
  })
  script(
    join(bin, 'apt-get'),
    `echo "$DEBIAN_FRONTEND $*" >> ${folder}/apt.log
case "$*" in ${failing === '' ? '' : `*"${failing}"*) echo 'E: It is broken' >&2; exit 100 ;;`} esac
case "$*" in\n${installs.join('\n')}\n  *) ;;\nesac`,
  )
}

const aptLog = () =>
  existsSync(join(folder, 'apt.log')) ? readFileSync(join(folder, 'apt.log'), 'utf8') : ''

function find(request: Partial<ClientRequest> = {}) {
  return findClient({
    serverMajor: 15,
    purpose: 'dump',
    installClient: true,
    log: { info: () => undefined, warn: () => undefined },
    searchPath: bin,
    roots: [roots],
    isRoot: true,
    repositoryScript: join(bin, 'repository.sh'),
    sourcesFolder: folder,
    ...request,
  })
}

async function refusal(request: Partial<ClientRequest> = {}): Promise<Failure> {
  const error: unknown = await find(request).catch((reason: unknown) => reason)
  if (error instanceof Failure) return error
  throw new Error('a client was found')
}

describe('findClient', () => {
  it("takes the server's own major where a newer one is there too", async () => {
    putClient(rootOf(15), '15.20')
    putClient(rootOf(18), '18.6')
    expect(await find()).toEqual({
      pgDump: join(rootOf(15), 'pg_dump'),
      psql: join(rootOf(15), 'psql'),
      pgRestore: join(rootOf(15), 'pg_restore'),
      version: '15.20',
      major: 15,
      notes: [],
    })
  })

  it('takes the newest minor among several of one major', async () => {
    putClient(rootOf(15), '15.19')
    putClient(bin, '15.21')
    expect(await find()).toMatchObject({ version: '15.21', pgDump: join(bin, 'pg_dump') })
  })

  it('takes the nearest newer major and says what that means', async () => {
    putClient(rootOf(17), '17.11')
    putClient(rootOf(18), '18.6')
    putClient(rootOf(14), '14.24')
    const client = await find()
    expect(client.version).toBe('17.11')
    expect(client.notes).toEqual([
      'Client programs 17.11 serve a server of major 15, since none of its own major is installed',
      expect.stringContaining('SET transaction_timeout'),
    ])
  })

  it('says nothing of transaction_timeout among majors that agree about it', async () => {
    putClient(rootOf(16), '16.15')
    expect((await find()).notes).toHaveLength(1)
  })

  it('finds programs on the path, but never the wrapper of Debian', async () => {
    mkdirSync(join(folder, 'share'))
    script(join(folder, 'share', 'pg_wrapper'), 'echo "pg_dump (PostgreSQL) 99.1"')
    for (const name of ['pg_dump', 'psql', 'pg_restore']) {
      symlinkSync(join(folder, 'share', 'pg_wrapper'), join(bin, name))
    }
    expect(await refusal()).toMatchObject({ code: 'client_missing' })
    const other = join(folder, 'other')
    putClient(other, '15.20')
    expect((await find({ searchPath: `${bin}:${other}` })).pgDump).toBe(join(other, 'pg_dump'))
  })

  it('passes over an installation that lacks a program or does not run', async () => {
    putClient(rootOf(15), '15.20')
    rmSync(join(rootOf(15), 'psql'))
    putClient(rootOf(16), '16.15')
    script(join(rootOf(16), 'pg_dump'), 'exit 1')
    expect(await refusal({ installClient: false })).toMatchObject({ code: 'client_missing' })
  })

  it('refuses with the line that installs it where only an older one is there', async () => {
    putClient(rootOf(14), '14.24')
    const failure = await refusal({ installClient: false })
    expect(failure.code).toBe('client_too_old')
    expect(failure.message).toBe(
      'Cannot use the client programs: they are of version 14.24, expected 15 or newer, as the server is',
    )
    expect(failure.hint).toContain('sudo apt-get install -y postgresql-client-15')
  })

  it('refuses with the line that installs it where none is there', async () => {
    const failure = await refusal({ installClient: false })
    expect(failure.code).toBe('client_missing')
    expect(failure.hint).toContain('sudo apt-get install -y postgresql-client-15')
  })

  it('warns of a minor without security fixes, and of a major out of support', async () => {
    putClient(rootOf(15), '15.18')
    expect((await find({ installClient: false })).notes).toEqual([
      'Client programs 15.18 lack security fixes of 15.19: upgrade postgresql-client-15',
    ])
    putClient(rootOf(13), '13.23')
    const old = await find({ installClient: false, serverMajor: 13 })
    expect(old.notes).toEqual([expect.stringContaining('out of support')])
  })
})

describe('findClient with apt', () => {
  it("installs the server's own major without asking or waiting for ever", async () => {
    putApt({ 'postgresql-client-15': '15.20-0+deb12u1' })
    const client = await find()
    expect(client).toMatchObject({ version: '15.20', pgDump: join(rootOf(15), 'pg_dump') })
    expect(client.notes).toEqual(['Installed postgresql-client-15 by apt-get'])
    const calls = aptLog().trim().split('\n')
    expect(calls).toHaveLength(2)
    for (const call of calls) {
      expect(call).toMatch(/^noninteractive /)
      expect(call).toContain('DPkg::Lock::Timeout=')
    }
    expect(calls[0]).toMatch(/ update$/)
    expect(calls[1]).toMatch(/ install -y --no-install-recommends postgresql-client-15$/)
  })

  it('leaves apt alone where a fitting client is there', async () => {
    putApt({ 'postgresql-client-15': '15.20-0+deb12u1' })
    putClient(rootOf(15), '15.20')
    await find()
    expect(aptLog()).toBe('')
  })

  it('leaves apt alone where installing is turned off', async () => {
    putApt({ 'postgresql-client-15': '15.20-0+deb12u1' })
    expect(await refusal({ installClient: false })).toMatchObject({ code: 'client_missing' })
    expect(aptLog()).toBe('')
  })

  it('brings a client below the security floor up to date', async () => {
    putClient(rootOf(15), '15.18')
    putApt({ 'postgresql-client-15': '15.20-0+deb12u1' })
    const client = await find()
    expect(client.version).toBe('15.20')
    expect(client.notes).toEqual(['Installed postgresql-client-15 by apt-get'])
  })

  it('keeps a client below the floor, with a warning, where apt has nothing newer', async () => {
    putClient(rootOf(15), '15.18')
    putApt({ 'postgresql-client-15': '15.18-0+deb12u1' })
    const client = await find()
    expect(client.version).toBe('15.18')
    expect(client.notes).toEqual([expect.stringContaining('lack security fixes of 15.19')])
    expect(aptLog()).not.toContain(' install ')
  })

  it('uses a newer client, with apt’s reason, where the install fails', async () => {
    putClient(rootOf(16), '16.15')
    putApt({ 'postgresql-client-15': '15.20-0+deb12u1' }, 'install')
    const client = await find()
    expect(client.version).toBe('16.15')
    expect(client.notes[0]).toBe('apt-get could not install postgresql-client-15: E: It is broken')
  })

  it("sets up PostgreSQL's own repository where the distribution lacks the major", async () => {
    putApt({})
    // The script of postgresql-common, whose effect is that apt knows the package.
    script(
      join(bin, 'repository.sh'),
      `echo "repository $*" >> ${folder}/apt.log
echo '#!/bin/sh\necho "  Candidate: 15.20-1.pgdg12+1"' > ${bin}/apt-cache`,
    )
    const failure = await refusal()
    const calls = aptLog().trim().split('\n')
    expect(calls[1]).toMatch(
      / install -y --no-install-recommends postgresql-common ca-certificates$/,
    )
    expect(calls[2]).toBe('repository -y')
    expect(calls[3]).toMatch(/ postgresql-client-15$/)
    // This fake apt-get installs nothing it did not know before.
    expect(failure.code).toBe('client_missing')
  })

  it('gives one clear sentence where that repository cannot be reached', async () => {
    putApt({})
    script(join(bin, 'repository.sh'), "echo 'E: Could not resolve the host' >&2; exit 1")
    const failure = await refusal()
    expect(failure.code).toBe('client_missing')
    expect(failure.hint).toContain(
      "The distribution has no postgresql-client-15, and PostgreSQL's own apt repository could not be used: E: Could not resolve the host",
    )
  })

  it('takes back a repository that was set up in vain', async () => {
    putApt({})
    writeFileSync(join(folder, 'pgdg.list'), 'the user’s own')
    script(
      join(bin, 'repository.sh'),
      `echo new > ${folder}/pgdg.sources; echo 'W: Failed to fetch it' >&2; echo 'All is well'`,
    )
    expect((await refusal()).hint).toContain('could not be used: W: Failed to fetch it.')
    expect(existsSync(join(folder, 'pgdg.sources'))).toBe(false)
    expect(existsSync(join(folder, 'pgdg.list'))).toBe(true)
  })

  it('does without apt where it may not become root', async () => {
    putApt({ 'postgresql-client-15': '15.20-0+deb12u1' })
    script(join(bin, 'sudo'), 'exit 1')
    expect(await refusal({ isRoot: false })).toMatchObject({ code: 'client_missing' })
    expect(aptLog()).toBe('')
  })

  it('goes through sudo where that asks nothing', async () => {
    putApt({ 'postgresql-client-15': '15.20-0+deb12u1' })
    script(
      join(bin, 'sudo'),
      `echo "sudo $*" >> ${folder}/apt.log\nshift\ncase "$1" in true) exit 0 ;; esac\nexec /usr/bin/"$@"`,
    )
    expect(await find({ isRoot: false })).toMatchObject({ version: '15.20' })
    expect(aptLog()).toMatch(
      /sudo -n env PATH=\S+ DEBIAN_FRONTEND=noninteractive LC_ALL=C \S+apt-get/,
    )
  })

  it('stops when the signal fires', async () => {
    putApt({ 'postgresql-client-15': '15.20-0+deb12u1' })
    script(join(bin, 'apt-get'), 'exec /bin/sleep 600')
    const controller = new AbortController()
    const finding = find({
      signal: controller.signal,
      log: { info: () => setImmediate(() => controller.abort()), warn: () => undefined },
    })
    await expect(finding).rejects.toMatchObject({ name: 'AbortError' })
  })
})
