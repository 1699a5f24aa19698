import { flagAdvice } from './flag-record.ts'
import { formatInstant } from './format-instant.ts'
import { describeLastGood, type LastGood } from './last-good.ts'
import {
  boundNoticeText,
  mapNotice,
  type Notice,
  type NoticeKind,
  noticeVersion,
} from './notice.ts'
import { listNoticeFacts } from './notice-facts.ts'
import type { FailureResult, RestorePlan, Result } from './result.ts'
import { showControls } from './show-controls.ts'

/** Warnings that a notice repeats; the run's page has all. */
const warningsMax = 5

/** What is known around a result when it is told. */
export interface NoticeContext {
  readonly now: Date
  /** Makes a text safe to leave the process. */
  readonly redact: (text: string) => string
  readonly prefix: string
  readonly database?: string | undefined
  readonly repository?: string | undefined
  readonly actor?: string | undefined
  readonly runUrl?: string | undefined
  /** Address of the folder `docs/`. */
  readonly docsUrl?: string | undefined
  readonly lastGood?: LastGood | undefined
  readonly lastLines: readonly string[]
}

/** Commands whose end is told. The others change nothing, or somebody sits before them. */
const subjects = {
  backup: 'Backup',
  verify: 'Verification',
  restore: 'Restore',
  check: 'Check',
  accept: 'Acceptance',
} as const

/** Whether the end of a command is told at all. */
export function isToldCommand(command: string): command is keyof typeof subjects {
  return Object.hasOwn(subjects, command)
}

/**
 * What there is to tell of a result; nothing of a dry run, of a question answered with no, and of
 * commands that nobody waits for.
 */
export function composeNotice(
  result: Result | FailureResult,
  context: NoticeContext,
): Notice | undefined {
  const { command, reasonCode } = result
  if (!isToldCommand(command)) return undefined
  if (command === 'restore' && ['dry_run', 'nothing_to_do'].includes(reasonCode)) return undefined
  const kind = judge(result)
  const { docsUrl, lastGood, repository, actor } = context
  return finish(
    {
      kind,
      command,
      reasonCode,
      title: `${nameSubject(command, context)} ${describeKind(kind)}${kind === 'succeeded' ? '' : `: ${reasonCode}`}`,
      message: result.message,
      facts: [
        ...listNoticeFacts(result),
        ...(kind === 'succeeded' || lastGood === undefined
          ? []
          : [{ label: 'Last good backup', value: describeLastGood(lastGood) }]),
        ...listOrigin(repository, actor, context.now),
      ],
      warnings: result.warnings.slice(0, warningsMax),
      advice: [
        ...(result.hint === undefined ? [] : result.hint.split('\n')),
        ...(kind === 'flagged' ? [flagAdvice] : []),
      ],
      commands: 'undo' in result && result.undo !== undefined ? [result.undo] : [],
      ...(docsUrl !== undefined &&
        kind !== 'succeeded' && { pageUrl: `${docsUrl}/troubleshooting.md#${reasonCode}` }),
    },
    kind === 'succeeded' ? { ...context, lastLines: [] } : context,
  )
}

/** What a dead man's switch is told when a backup begins. */
export function composeBegin(context: NoticeContext): Notice {
  return finish(
    {
      kind: 'started',
      command: 'backup',
      title: `${nameSubject('backup', context)} ${describeKind('started')}`,
      message: 'A backup has begun',
      facts: [],
      warnings: [],
      advice: [],
      commands: [],
    },
    { ...context, lastLines: [] },
  )
}

/** What is told when a restore is about to begin: while it waits it can still be cancelled. */
export function composeStart(plan: RestorePlan, context: NoticeContext): Notice {
  const { repository, actor } = context
  return finish(
    {
      kind: 'started',
      command: 'restore',
      title: `${nameSubject('restore', context)} ${describeKind('started')}`,
      message: describeStart(plan),
      facts: [
        { label: 'Backup', value: plan.backup.id },
        { label: 'Mode', value: plan.mode },
        { label: 'Restored into', value: plan.restoreInto },
        { label: 'Safety backup', value: plan.safetyBackup ? 'yes, first' : 'no' },
        ...listOrigin(repository, actor, context.now),
      ],
      warnings: [],
      advice:
        plan.delaySeconds === 0
          ? []
          : [`It waits ${plan.delaySeconds} s before it begins: cancel the run to change nothing.`],
      commands: [],
    },
    { ...context, lastLines: [] },
  )
}

/** Without the host, which is nobody's business outside of the run. */
function describeStart({ backup, mode, restoreInto, target }: RestorePlan): string {
  const isMade = mode === 'new-database' || !target.exists
  const from = `backup ${backup.id} of "${backup.database}"`
  return `Database "${restoreInto}" is about to be ${isMade ? 'made from' : 'replaced by'} ${from}`
}

function finish(
  parts: Omit<Notice, 'version' | 'at' | 'lastLines' | 'database' | 'runUrl'>,
  { now, redact, database, runUrl, lastLines }: NoticeContext,
): Notice {
  const notice: Notice = {
    version: noticeVersion,
    ...parts,
    ...(database !== undefined && { database }),
    at: now.toISOString(),
    lastLines,
    ...(runUrl !== undefined && { runUrl }),
  }
  return mapNotice(notice, (text) =>
    boundNoticeText(redact(text).split('\n').map(showControls).join('\n')),
  )
}

function judge(result: Result | FailureResult): NoticeKind {
  if (!result.ok) return 'failed'
  return result.command === 'backup' && 'backup' in result && result.backup?.anomaly !== undefined
    ? 'flagged'
    : 'succeeded'
}

function nameSubject(command: keyof typeof subjects, { database, prefix }: NoticeContext): string {
  const of = command === 'restore' ? 'into' : 'of'
  const name = database === undefined ? `the prefix "${prefix}"` : `"${database}"`
  return `${subjects[command]} ${of} ${name}`
}

function describeKind(kind: NoticeKind): string {
  switch (kind) {
    case 'started':
      return 'has started'
    case 'succeeded':
      return 'is done'
    case 'flagged':
      return 'is suspiciously small'
    case 'failed':
      return 'failed'
  }
}

function listOrigin(repository: string | undefined, actor: string | undefined, now: Date) {
  return [
    ...(repository === undefined ? [] : [{ label: 'Repository', value: repository }]),
    ...(actor === undefined ? [] : [{ label: 'Requested by', value: actor }]),
    { label: 'When', value: formatInstant(now) },
  ]
}
