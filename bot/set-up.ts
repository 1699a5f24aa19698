import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseEnv } from 'node:util'
import { run } from 'probot'
import { Failure } from '../action/domain/failure.ts'
import type { BotLog } from './ports.ts'

const manifest = 'app.yml'
const envFile = '.env'
const ownerOnly = 0o600

/**
 * Shows Probot's page `/probot`, on which an App is made from `app.yml`, and writes what GitHub hands out
 * into `.env` of the working directory, readable by its owner alone.
 *
 * @param env the process's own environment: Probot looks nowhere else
 * @throws {@link Failure} `invalid_input` where `app.yml` is not in the working directory, without which
 *   Probot would make an App without permissions
 */
export async function setUp(
  { host, port: asked }: { readonly host: string; readonly port: number },
  log: BotLog,
  env: Record<string, string | undefined>,
): Promise<void> {
  if (!existsSync(manifest)) {
    throw new Failure({
      code: 'invalid_input',
      stage: 'inputs',
      message: `Cannot set up the bot: ${manifest} is not in the working directory, expected it there`,
      hint: `Start the bot where ${manifest} is, or set APP_ID, PRIVATE_KEY and WEBHOOK_SECRET.`,
    })
  }
  const path = resolve(envFile)
  const port = asked || 3000 // Probot takes 0 for "not set".
  // Otherwise Probot would fetch a package, and send webhooks through a stranger's server.
  env['NO_SMEE_SETUP'] = 'true'
  log.warn('APP_ID, PRIVATE_KEY and WEBHOOK_SECRET are not set: this is the set-up, not the bot')
  log.info(`Open /probot on http://${host}:${port}; what GitHub hands out goes into ${path}`)
  await run(() => {}, {
    env: { ...env, HOST: host, PORT: String(port) },
    updateEnv(values) {
      writeEnv(path, values)
      log.info(`Wrote ${Object.keys(values).join(', ')} to ${path}: start the bot again`)
      return values
    },
  })
}

/** Adds to the file; what is there under other names stays. */
function writeEnv(path: string, values: Readonly<Record<string, string | undefined>>): void {
  const known = existsSync(path) ? parseEnv(readFileSync(path, 'utf8')) : {}
  const lines = Object.entries({ ...known, ...values }).map(([name, value = '']) => {
    const text = value.replace(/^"|"$/g, '').replaceAll('\r', '').replaceAll('\n', '\\n')
    return `${name}="${text.replaceAll('"', '')}"\n`
  })
  // A file that is there keeps its rights when it is written.
  if (existsSync(path)) chmodSync(path, ownerOnly)
  writeFileSync(path, lines.join(''), { mode: ownerOnly })
}
