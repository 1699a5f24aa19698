import type { Backup } from './backup.ts'
import { formatCount } from './format-count.ts'
import { formatDuration } from './format-duration.ts'
import { formatInstant } from './format-instant.ts'
import { formatNumber } from './format-number.ts'
import { formatRate } from './format-rate.ts'
import { formatSize } from './format-size.ts'
import { code, type Fact, fact, type Span } from './report.ts'

/** What there is to know about one backup, in the order in which people ask. */
export function describeBackup(backup: Backup): readonly Fact[] {
  return [
    ...fact('Database', code(backup.database), describeServer(backup)),
    ...fact('Backup', code(backup.id)),
    ...fact('Type', backup.type, describeReason(backup)),
    ...fact('Stored', describeStored(backup)),
    ...fact('Dump', describeDump(backup)),
    ...fact('Duration', describeDuration(backup)),
    ...fact('Rows', describeRows(backup)),
    ...fact('SHA-256', code(backup.checksum)),
    ...fact('Where', backup.fileUrl === '' ? undefined : code(backup.fileUrl)),
    ...fact('Started', formatInstant(backup.startedAt)),
    ...fact('Requested by', code(backup.requestedBy)),
    ...fact('Verified', describeVerification(backup)),
    ...fact('Flagged', describeFlag(backup)),
    ...fact('Pinned', describePin(backup)),
  ]
}

function describeServer({ serverVersion }: Backup): string | undefined {
  return serverVersion === undefined ? undefined : ` on PostgreSQL ${serverVersion}`
}

function describeReason({ typeReason }: Backup): string | undefined {
  return typeReason === undefined ? undefined : `: ${typeReason}`
}

function describeStored({ fileSize, rawSize, compression, compressionLevel }: Backup) {
  if (fileSize === 0) return undefined
  const ratio = rawSize === undefined ? '' : `, ratio ${(rawSize / fileSize).toFixed(1)} : 1`
  return `${formatSize(fileSize)} (${compression} level ${compressionLevel}${ratio})`
}

function describeDump({ rawSize, format }: Backup): string | undefined {
  return rawSize === undefined ? undefined : `${formatSize(rawSize)} in ${format} format`
}

function describeDuration({ durationMs, rawSize }: Backup): string | undefined {
  if (durationMs === undefined) return undefined
  const rate = rawSize === undefined ? '' : `, ${formatRate(rawSize, durationMs)} of dump`
  return `${formatDuration(durationMs)}${rate}`
}

function describeRows({ tables }: Backup): string | undefined {
  if (tables === undefined) return undefined
  const counts = Object.values(tables)
  const rows = counts.reduce((sum, count) => sum + count, 0)
  return `${formatNumber(rows)} in ${formatCount(counts.length, 'table')}`
}

/** What made it suspect, and who said that it is right all the same. */
export function describeFlag({ anomaly, accepted }: Backup): Span | undefined {
  if (anomaly === undefined) return undefined
  const reasons = anomaly.reasons.join(' and ')
  return accepted === undefined
    ? { tone: 'bad', text: `flagged: it ${reasons}` }
    : { tone: 'neutral', text: `flagged (it ${reasons}), accepted by ${accepted.by}` }
}

/** Who keeps it, whatever its age. */
export function describePin({ pinned }: Backup): string | undefined {
  return pinned === undefined ? undefined : `pinned by ${pinned.by} on ${formatInstant(pinned.at)}`
}

/** The last proof that a backup is good, or that it is not. */
export function describeVerification({ verification, verifiedAt }: Backup): Span | undefined {
  if (verification === undefined)
    return verifiedAt === undefined ? undefined : { tone: 'good', text: formatInstant(verifiedAt) }
  const { outcome, level, at, reason } = verification
  if (outcome === 'verified') return { tone: 'good', text: `${formatInstant(at)}, level ${level}` }
  return {
    tone: 'bad',
    text: `failed ${formatInstant(at)}${reason === undefined ? '' : `: ${reason}`}`,
  }
}
