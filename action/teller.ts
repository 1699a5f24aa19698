import { createAdapters } from './adapters.ts'
import { describeActor } from './describe-run.ts'
import {
  composeBegin,
  composeNotice,
  composeStart,
  isToldCommand,
  type NoticeContext,
} from './domain/compose-notice.ts'
import { isFailure } from './domain/failure.ts'
import { findLastGood, type LastGood } from './domain/last-good.ts'
import type { Notice } from './domain/notice.ts'
import type { FailureResult, RestorePlan, Result } from './domain/result.ts'
import { tell } from './job/tell.ts'
import type { TailedLog } from './log-tail.ts'
import { openChannels } from './open-channels.ts'
import { parseConnectionUrl } from './postgres/connection-settings.ts'
import type { RunContext } from './run-context.ts'
import { systemClock } from './runner/system-clock.ts'

/** All channels together get so long. */
const tellLimitMs = 30_000
/** A restore or backup that has begun does not wait for this, only its end does. */
const startLimitMs = 20_000
/** A cancelled process has seconds left, and most of them belong to cleaning up. */
const hurriedLimitMs = 1_500
/** So long may the bucket take to say what there is to fall back on. */
const lastGoodLimitMs = 5_000

/** Tells what happens with one command. Nothing that it does can change how the command ends. */
export interface Teller {
  /** That a backup has begun. */
  begin(): void
  /** That a restore is about to replace something. */
  start(plan: RestorePlan): void
  /**
   * How it ended; waits for what was told before, too. Hurried, it has a second and asks nobody what there is to
   * fall back on. Returns warnings.
   */
  end(
    result: Result | FailureResult,
    options?: { readonly isHurried?: boolean },
  ): Promise<readonly string[]>
}

type TellerContext = Pick<RunContext, 'inputs' | 'facts' | 'redact' | 'log'> & {
  /** Ends what is told of a beginning. */
  readonly signal?: AbortSignal
  readonly docsUrl?: string | undefined
}

/** The teller of a command, or nothing where nobody is to be told. */
export function openTeller(context: TellerContext, tail: TailedLog): Teller | undefined {
  const { inputs, facts } = context
  if (!isToldCommand(inputs.command)) return undefined
  const { channels, problems } = openChannels(inputs, facts)
  if (channels.length + problems.length === 0) return undefined
  const underWay: Promise<readonly string[]>[] = []
  const tellLater = (compose: () => Notice) =>
    underWay.push(
      guard(async () => await tell(channels, { notice: compose() }, startLimitMs, context.signal)),
    )
  return {
    begin() {
      if (inputs.command !== 'backup') return
      tellLater(() => composeBegin(describe(context, [], inputDatabase(context))))
    },
    start(plan) {
      tellLater(() => composeStart(plan, describe(context, [], plan.restoreInto)))
    },
    async end(result, { isHurried = false } = {}) {
      // First, so that a beginning never comes after its end.
      const before = isHurried ? [] : await Promise.all(underWay)
      const told = await guard(async () => {
        const database = findDatabase(result) ?? inputDatabase(context)
        const isBad = !result.ok || result.reasonCode === 'completed_flagged'
        const lastGood = isBad && !isHurried ? await readLastGood(context, database) : undefined
        const facts = { ...describe(context, tail.lines(), database), lastGood }
        const notice = composeNotice(result, facts)
        if (notice === undefined) return []
        const text = redactJson(result, context.redact)
        const message = { notice, ...(text !== undefined && { result: text }) }
        return await tell(channels, message, isHurried ? hurriedLimitMs : tellLimitMs)
      })
      return [...problems, ...before.flat(), ...told]
    },
  }
}

/** Telling must not become the end of a command: what breaks on the way is a warning, too. */
async function guard(work: () => Promise<readonly string[]>): Promise<readonly string[]> {
  try {
    return await work()
  } catch (error) {
    const kind = error instanceof Error ? error.name : typeof error
    return [`Cannot notify: something broke (${kind}), expected no such error. Report it.`]
  }
}

function describe(
  { inputs, facts, redact, docsUrl }: TellerContext,
  lastLines: readonly string[],
  database: string | undefined,
): NoticeContext {
  return {
    now: systemClock.now(),
    redact,
    prefix: inputs.prefix,
    database,
    repository: facts.repository,
    actor: describeActor(inputs, facts),
    runUrl: facts.runUrl,
    docsUrl,
    lastLines,
  }
}

/** The database that a result is about. */
function findDatabase(result: Result | FailureResult): string | undefined {
  if ('plan' in result && typeof result.plan === 'object') return result.plan.restoreInto
  if ('backup' in result) return result.backup?.database
  if ('databases' in result && result.databases.length === 1) return result.databases[0]?.database
  return undefined
}

/** The database that the inputs name, as far as they can be read. */
function inputDatabase({ inputs }: TellerContext): string | undefined {
  const { command, databaseUrl, targetDatabaseUrl } = inputs
  const url = command === 'restore' ? targetDatabaseUrl : databaseUrl
  if (url === undefined || command === 'verify') return undefined
  try {
    return parseConnectionUrl(url).database
  } catch (error) {
    if (isFailure(error)) return undefined
    throw error
  }
}

async function readLastGood(
  { inputs, log, redact }: TellerContext,
  database: string | undefined,
): Promise<LastGood> {
  if (inputs.bucket === undefined) return { kind: 'unknown' }
  const adapters = createAdapters({ inputs, log, redact, temporaryDirectory: '' })
  const signal = AbortSignal.timeout(lastGoodLimitMs)
  try {
    const { backups } = await adapters.bucket().catalog.read(signal)
    return findLastGood(backups, { database, now: systemClock.now() })
  } catch (error) {
    if (isFailure(error) || signal.aborted) return { kind: 'unknown' }
    throw error
  } finally {
    await adapters.close()
  }
}

/** The result as the output of the same name has it; nothing where a redaction broke its form. */
function redactJson(
  result: Result | FailureResult,
  redact: (text: string) => string,
): string | undefined {
  const text = redact(JSON.stringify(result))
  try {
    JSON.parse(text)
    return text
  } catch {
    return undefined
  }
}
