import { getInput, setSecret } from '@actions/core'
import { describeInput, type InputKey, inputKeys, type RawInputs } from '../domain/input-keys.ts'
import { checkInputs, type InputReading } from '../domain/inputs.ts'
import { listSecrets } from './list-secrets.ts'
import { type MaskSink, registerMasks } from './register-masks.ts'

/** Environment variables, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>

/** What was read, with the secrets apart so that redaction works even where the inputs are wrong. */
export interface ReadInputs {
  readonly reading: InputReading
  /** Texts to redact, the longest first. */
  readonly secrets: readonly string[]
  /** As given, for what must work even where some of it is wrong. */
  readonly raw: RawInputs
}

const credentialKeys: readonly InputKey[] = ['access-key-id', 'secret-access-key', 'session-token']

/**
 * Reads the inputs as the runner passes them (`INPUT_*`), the environment where one is empty, and
 * registers every mask before any value is judged.
 *
 * @param warn where a mask that cannot be registered is told
 */
export function readInputs(env: Environment, warn: (line: string) => void): ReadInputs {
  return readFrom((key) => getInput(key), env, { mask: setSecret, warn })
}

/**
 * The same for the terminal: `given` holds its options, and no runner listens for masks.
 *
 * `GITHUB_TOKEN` stands in for input `github-token` here; the Action does not look for it, because
 * a workflow says itself which token it hands out.
 */
export function readTerminalInputs(
  given: Readonly<Partial<RawInputs>>,
  env: Environment,
  warn: (line: string) => void,
): ReadInputs {
  const token = env['GITHUB_TOKEN'] ?? ''
  const read = (key: InputKey) => given[key] ?? (key === 'github-token' ? token : '')
  return readFrom(read, env, { mask: () => undefined, warn })
}

function readFrom(read: (key: InputKey) => string, env: Environment, sink: MaskSink): ReadInputs {
  const raw = collectRawInputs(read, env)
  const secrets = registerMasks(listSecrets(raw), sink)
  return { secrets, reading: checkInputs(raw), raw }
}

/**
 * Credentials fall back together or not at all: a session token that another step left in the
 * environment does not belong to an access key that was given as an input.
 */
function collectRawInputs(read: (key: InputKey) => string, env: Environment): RawInputs {
  const hasOwnCredentials = credentialKeys.some((key) => read(key) !== '')
  const texts = inputKeys.map((key) => {
    const given = read(key)
    const variable = describeInput(key).env
    const mayFallBack = !(hasOwnCredentials && credentialKeys.includes(key))
    const fallback = variable !== undefined && mayFallBack ? (env[variable] ?? '') : ''
    return [key, given === '' ? fallback : given]
  })
  return Object.fromEntries(texts) as RawInputs
}
