import type { Log, RestoreTarget } from './ports.ts'

/**
 * Drops the scratch databases that dead restores into this target left, telling each; never anything else. To
 * be called under the target's lock: it proves that none of them is still being filled.
 */
export async function removeDeadScratch(
  { log, target }: { readonly log: Log; readonly target: RestoreTarget },
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const dropped: string[] = []
  for (const { name, createdAt } of await target.listScratch(signal)) {
    log.info(`Dropping "${name}", which a restore left unfinished at ${createdAt.toISOString()}`)
    await target.drop(name, signal)
    dropped.push(name)
  }
  return dropped
}
