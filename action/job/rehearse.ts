import { formatCount } from '../domain/format-count.ts'
import type { BackupResult, DoctorCheck } from '../domain/result.ts'
import type { RestoreTarget } from './ports.ts'
import { type VerifyDependencies, verify } from './verify.ts'

/** The doctor's full run: a real backup, restored into a scratch database and compared. */
export async function rehearse(
  dependencies: VerifyDependencies & {
    readonly target: RestoreTarget
    readonly backUp: () => Promise<BackupResult>
  },
  name: string,
  signal?: AbortSignal,
): Promise<DoctorCheck> {
  const made = await dependencies.backUp()
  if (!made.ok || made.backup === undefined) {
    const advice = made.hint === undefined ? {} : { advice: made.hint }
    return { name, state: 'failed', text: made.message, ...advice }
  }
  const proof = await verify(
    dependencies,
    { wanted: made.backup.id, level: 'restore', actor: 'doctor' },
    signal,
  )
  const counted = `${formatCount(proof.rows ?? 0, 'row')} in ${formatCount(proof.tables ?? 0, 'table')}`
  const text = proof.ok
    ? `${made.backup.id} was backed up, restored and compared: ${counted}`
    : proof.message
  const state = proof.outcome === 'could_not_verify' ? 'unknown' : proof.ok ? 'ok' : 'failed'
  return { name, state, text, ...(proof.hint !== undefined && { advice: proof.hint }) }
}
