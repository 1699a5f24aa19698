import { existsSync, readFileSync } from 'node:fs'
import { isFailure } from '../action/domain/failure.ts'
import { readServerSettings } from './read-server-settings.ts'
import { runServer } from './run-server.ts'
import type { BotServer } from './serve.ts'
import { setUp } from './set-up.ts'
import { systemClock } from './system-clock.ts'
import { createLog } from './write-log.ts'

/** Door of the server. What the set-up page wrote is read here; the environment itself comes first. */
const envFile = '.env'

let server: BotServer | undefined

try {
  if (existsSync(envFile)) process.loadEnvFile(envFile)
  const start = readServerSettings(process.env, (path) => readFileSync(path, 'utf8'))
  const log = createLog((text) => process.stdout.write(text), systemClock)
  if (start.kind === 'set-up') await setUp(start, log, process.env)
  else {
    let isStopping = false
    const stop = async () => {
      // A second signal means now; and before it listens there is nothing to finish.
      if (isStopping || server === undefined) process.exit(isStopping ? 1 : 0)
      isStopping = true
      log.info('Stopping: finishing the deliveries at hand')
      const isDone = await server.stop()
      if (!isDone) log.warn('Stopped before all was done: GitHub can deliver again')
      process.exit(isDone ? 0 : 1)
    }
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop())
    server = await runServer(start.settings, systemClock, log)
  }
} catch (error) {
  process.stderr.write(`${describe(error)}\n`)
  process.exit(1)
}

function describe(error: unknown): string {
  if (isFailure(error)) return [error.message, error.hint].filter(Boolean).join('\n')
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'EADDRINUSE') return 'Cannot start the bot: the port is in use, expected a free one'
  return `Cannot start the bot: ${error instanceof Error ? error.name : 'defect'} ${code}`.trimEnd()
}
