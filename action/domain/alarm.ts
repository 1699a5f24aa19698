import type { Notice } from './notice.ts'

/** What can be wrong with the backups of a database, each by itself. */
export const alarmCauses = ['backup', 'verify', 'check', 'flag'] as const
export type AlarmCause = (typeof alarmCauses)[number]

/** What a notice says of them. */
export interface AlarmStep {
  readonly opens: readonly AlarmCause[]
  readonly heals: readonly AlarmCause[]
}

/**
 * What a notice breaks and mends. A backup that succeeds mends the backup, and not a verification
 * that failed; a flag is mended by the person who accepts it.
 */
export function alarmStepOf({ command, kind }: Pick<Notice, 'command' | 'kind'>): AlarmStep {
  const none: AlarmStep = { opens: [], heals: [] }
  if (kind === 'started') return none
  if (command === 'accept') return kind === 'succeeded' ? { opens: [], heals: ['flag'] } : none
  if (command !== 'backup' && command !== 'verify' && command !== 'check') return none
  if (kind === 'failed') return { opens: [command], heals: [] }
  return { opens: kind === 'flagged' ? ['flag'] : [], heals: [command] }
}

/** What is still wrong after these steps, in order. */
export function standingAfter(steps: readonly AlarmStep[]): ReadonlySet<AlarmCause> {
  const standing = new Set<AlarmCause>()
  for (const { opens, heals } of steps) {
    for (const cause of heals) standing.delete(cause)
    for (const cause of opens) standing.add(cause)
  }
  return standing
}

/** A step as it is written into an issue or a comment, unseen. */
export interface AlarmMark extends AlarmStep {
  /** Which database: a digest, since names may be foreign. */
  readonly key: string
  /** Which telling, so that one whose answer was lost is found again. */
  readonly nonce: string
}

const markPattern =
  /^<!-- strongroom:alarm key=([0-9a-f]{16}) nonce=([a-z2-7]{1,32}) opens=([a-z,]*) heals=([a-z,]*) -->$/

/** The mark as one line, to be the last of a text. */
export function writeAlarmMark({ key, nonce, opens, heals }: AlarmMark): string {
  return `<!-- strongroom:alarm key=${key} nonce=${nonce} opens=${opens.join(',')} heals=${heals.join(',')} -->`
}

/** The mark that ends a text, if one does. */
export function readAlarmMark(text: string): AlarmMark | undefined {
  const last = text.trimEnd().split(/\r?\n/).at(-1) ?? ''
  const [, key, nonce, opens, heals] = markPattern.exec(last) ?? []
  if (key === undefined || nonce === undefined) return undefined
  return { key, nonce, opens: readCauses(opens), heals: readCauses(heals) }
}

function readCauses(text = ''): readonly AlarmCause[] {
  const words = new Set(text.split(','))
  return alarmCauses.filter((cause) => words.has(cause))
}
