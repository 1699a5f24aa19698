import { formatCount } from './format-count.ts'
import { formatInstant } from './format-instant.ts'
import { formatSize } from './format-size.ts'
import { type Block, code, type TableBlock } from './report.ts'
import type { RetentionItem, RotationReport } from './result.ts'

/** What rotation did or would do: every item with its reason, those that go first. */
export function reportRotation(rotation: RotationReport): readonly Block[] {
  const retained = new Set(rotation.retained)
  const leaving = rotation.items.filter((item) => item.decision === 'delete')
  const kept = rotation.items.filter((item) => item.decision === 'keep')
  const refusal: readonly Block[] =
    rotation.refusal === undefined
      ? []
      : [{ kind: 'notice', tone: 'doubtful', text: [rotation.refusal] }]
  const blocks: Block[] = [
    { kind: 'heading', text: rotation.dryRun ? 'Rotation (dry run)' : 'Rotation' },
    ...refusal,
    { kind: 'paragraph', text: [describe(rotation)] },
  ]
  if (leaving.length > 0) blocks.push(tabulate(leaving, retained))
  if (kept.length > 0) {
    const title = `Kept: ${formatCount(kept.length, 'backup')}, and why`
    blocks.push({ kind: 'fold', title, blocks: [tabulate(kept, retained)] })
  }
  return blocks
}

function describe({ dryRun, deleted, retained, freedBytes }: RotationReport): string {
  const locked =
    retained.length === 0
      ? ''
      : `; ${formatCount(retained.length, 'backup')} retained because the bucket refused the deletion`
  return dryRun
    ? `${formatCount(deleted.length, 'backup')} would be removed, ${formatSize(freedBytes)} freed`
    : `${formatCount(deleted.length, 'backup')} removed, ${formatSize(freedBytes)} freed${locked}`
}

function tabulate(items: readonly RetentionItem[], retained: ReadonlySet<string>): TableBlock {
  return {
    kind: 'table',
    columns: [
      { title: 'Backup', isWhole: true },
      { title: 'Type', isWhole: true },
      { title: 'Status', isWhole: true },
      { title: 'Created', isWhole: true, isSpare: true },
      { title: 'Size', align: 'right', isWhole: true },
      { title: 'Reason', isProse: true },
    ],
    rows: items.map((item) => [
      [code(item.id)],
      [item.type],
      [item.status],
      [formatInstant(item.createdAt)],
      [formatSize(item.fileSize)],
      [item.reason, ...(retained.has(item.id) ? ['; retained by the bucket'] : [])],
    ]),
  }
}
