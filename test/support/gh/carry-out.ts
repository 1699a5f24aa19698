import type { GhCall } from './read-call.ts'

/** How gh reaches GitHub and the person. */
export interface GhWorld {
  /** The answer's body. Throws where GitHub refuses, which ends gh with a code of its own. */
  send(method: string, path: string, body?: unknown): Promise<unknown>
  /** All of the standard input. */
  readInput(): string
  /** One line that the person types, asked for a secret. */
  askPerson(): string
}

/**
 * Sends the requests that gh sends for a call; what it prints. Flags that gh knows and this stand-in does not are refused,
 * so that nothing is left out in silence.
 *
 * @see https://github.com/cli/cli, folders pkg/cmd/api, pkg/cmd/secret/set and pkg/cmd/variable/set
 */
export async function carryOut(call: GhCall, world: GhWorld): Promise<string> {
  switch (call.command) {
    case 'api':
      return await callApi(call, world)
    case 'secret set':
      return await setSecret(call, world)
    case 'variable set':
      return await setVariable(call, world)
  }
}

async function callApi({ subject, given }: GhCall, world: GhWorld): Promise<string> {
  refuseBut(given, ['method', 'raw-field', 'field', 'input', 'jq'])
  const path = `/${subject.replace(/^\//, '')}`
  const fields = { ...readFields(given['raw-field'], String), ...readFields(given['field'], guess) }
  const input = oneOf(given, 'input')
  const hasFields = Object.keys(fields).length > 0
  const hasBody = input !== undefined || hasFields
  const method = oneOf(given, 'method')?.toUpperCase() ?? (hasBody ? 'POST' : 'GET')
  if ((input !== undefined && (input !== '-' || hasFields)) || (hasBody && method === 'GET')) {
    throw new Error('the stand-in takes a body from fields or from the standard input only')
  }
  const body = input === undefined ? fields : JSON.parse(world.readInput())
  const answer = await world.send(method, path, hasBody ? body : undefined)
  return pick(answer, oneOf(given, 'jq'))
}

async function setSecret({ subject, given }: GhCall, world: GhWorld): Promise<string> {
  refuseBut(given, ['env', 'repo'])
  const environment = oneOf(given, 'env')
  const repository = `/repos/${readRepository(given)}`
  const secrets =
    environment === undefined
      ? `${repository}/actions/secrets`
      : `${repository}/environments/${environment}/secrets`
  const value = world.askPerson()
  const key = (await world.send('GET', `${secrets}/public-key`)) as { key_id: string }
  // gh seals it with the key; the fake GitHub opens nothing, so that Base64 alone lets a test see what arrived.
  const encrypted_value = Buffer.from(value).toString('base64')
  await world.send('PUT', `${secrets}/${subject}`, { encrypted_value, key_id: key.key_id })
  return ''
}

async function setVariable({ subject, given }: GhCall, world: GhWorld): Promise<string> {
  refuseBut(given, ['body', 'repo'])
  const value = oneOf(given, 'body')
  if (value === undefined)
    throw new Error('the stand-in takes the value of a variable by --body only')
  const path = `/repos/${readRepository(given)}/actions/variables`
  await world.send('POST', path, { name: subject, value })
  return ''
}

function refuseBut(given: GhCall['given'], known: readonly string[]): void {
  const other = Object.keys(given).filter((name) => !known.includes(name))
  if (other.length > 0) throw new Error(`the stand-in does not do --${other.join(', --')}`)
}

/** The value of a flag that takes one; of several gh takes the last. */
function oneOf(given: GhCall['given'], name: string): string | undefined {
  return given[name]?.map(String).at(-1)
}

function readRepository(given: GhCall['given']): string {
  const repository = oneOf(given, 'repo') ?? ''
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository)) {
    throw new Error(`expected the "[HOST/]OWNER/REPO" format, got "${repository}"`)
  }
  return repository
}

function readFields(values: GhCall['given'][string] | undefined, read: (text: string) => unknown) {
  return Object.fromEntries(
    (values ?? []).map((field) => {
      const [, key, value] = /^([^=[\]]+)=(.*)$/s.exec(String(field)) ?? []
      if (key === undefined || value === undefined) {
        throw new Error(`the stand-in does not take the field "${field}"`)
      }
      return [key, read(value)]
    }),
  )
}

/** What `--field` makes of a value. */
function guess(value: string): unknown {
  if (/^[@{]/.test(value)) throw new Error(`the stand-in does not take the value "${value}"`)
  return /^(?:true|false|null|-?\d+)$/.test(value) ? JSON.parse(value) : value
}

/** What gh prints of an answer; of jq's language one field is known. */
function pick(answer: unknown, query: string | undefined): string {
  if (query === undefined) return JSON.stringify(answer)
  const [, name] = /^\.(\w+)$/.exec(query) ?? []
  if (name === undefined) throw new Error(`the stand-in does not know the query "${query}"`)
  const value = (answer as Record<string, unknown>)[name]
  return typeof value === 'string' ? value : JSON.stringify(value ?? null)
}
