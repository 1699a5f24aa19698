import { asObject } from '../github-description.ts'
import { type Call, noContent, notFound, ok, type Reply, type Route, refuse } from '../route.ts'
import { findEnvironment } from './environments.ts'

/** What jobs read as `secrets` and `vars`: a repository's or an environment's. */
interface Settings {
  variables: Readonly<Record<string, string>>
  secrets: Readonly<Record<string, string>>
}

/** A program encrypts a secret for it; the fake keeps what was sealed as it came, out of its Base64. */
const publicKey = {
  key_id: '568250167242549743',
  key: Buffer.from('0123456789abcdef0123456789abcdef').toString('base64'),
}

/** What GitHub takes for the name of a secret or a variable. */
const namePattern = /^(?!GITHUB_)[A-Z_][A-Z0-9_]*$/i

function putSecret(call: Call, settings: Settings | undefined): Reply {
  if (settings === undefined) return notFound()
  const { encrypted_value: sealed, key_id: keyId } = asObject(call.body)
  const name = (call.parameters['secret_name'] ?? '').toUpperCase()
  if (keyId !== publicKey.key_id || !namePattern.test(name)) return refuse(422, 'Bad request')
  const isNew = settings.secrets[name] === undefined
  const value = Buffer.from(String(sealed), 'base64').toString('utf8')
  settings.secrets = { ...settings.secrets, [name]: value }
  return isNew ? { status: 201, body: {} } : noContent
}

function addVariable({ repository, body }: Call): Reply {
  const { name: given, value } = asObject(body)
  const name = String(given).toUpperCase()
  if (!namePattern.test(name)) return refuse(422, 'Bad request')
  if (repository.variables[name] !== undefined) return refuse(409, 'Already exists')
  repository.variables = { ...repository.variables, [name]: String(value) }
  return { status: 201, body: {} }
}

export const settingRoutes: readonly Route[] = [
  {
    operationId: 'actions/get-repo-public-key',
    permission: { name: 'secrets', level: 'read' },
    answer: () => ok(publicKey),
  },
  {
    operationId: 'actions/create-or-update-repo-secret',
    permission: { name: 'secrets', level: 'write' },
    answer: (call) => putSecret(call, call.repository),
  },
  {
    operationId: 'actions/get-environment-public-key',
    permission: { name: 'environments', level: 'read' },
    answer: (call) => (findEnvironment(call) === undefined ? notFound() : ok(publicKey)),
  },
  {
    operationId: 'actions/create-or-update-environment-secret',
    permission: { name: 'environments', level: 'write' },
    answer: (call) => putSecret(call, findEnvironment(call)),
  },
  {
    operationId: 'actions/create-repo-variable',
    permission: { name: 'variables', level: 'write' },
    answer: addVariable,
  },
]
