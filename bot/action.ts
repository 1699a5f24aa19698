import { readFileSync } from 'node:fs'
import { isFailure } from '../action/domain/failure.ts'
import { escapeCommand } from './escape-command.ts'
import { runAction } from './run-action.ts'
import { systemClock } from './system-clock.ts'

/** Door inside Actions: one event, one line, and exit 1 where what was asked for could not be done. */
try {
  const { outcome, text } = await runAction(process.env, {
    clock: systemClock,
    readFile: (path) => readFileSync(path, 'utf8'),
    write: (line) => process.stdout.write(line),
  })
  process.stdout.write(
    outcome === 'failed' ? `::error::${escapeCommand(text)}\n` : `${outcome}: ${text}\n`,
  )
  process.exitCode = outcome === 'failed' ? 1 : 0
} catch (error) {
  const text = isFailure(error)
    ? [error.message, error.hint].filter(Boolean).join('. ')
    : `Cannot answer: a defect of the bot, ${error instanceof Error ? error.name : typeof error}`
  process.stdout.write(`::error::${escapeCommand(text)}\n`)
  process.exitCode = 1
}
