import type { Adapters } from './adapters.ts'
import type { CheckResult } from './domain/result.ts'
import { check } from './job/check.ts'
import type { RunContext } from './run-context.ts'

/** `command: check`. With a database URL only that database is looked at; it is not connected to. */
export async function runCheck(context: RunContext, adapters: Adapters): Promise<CheckResult> {
  const { inputs, signal } = context
  const { catalog } = adapters.bucket()
  const { databaseUrl, maxAgeHours, maxVerifiedAgeDays } = inputs
  return await check(
    { catalog, clock: adapters.clock },
    {
      limits: {
        maxAgeMs: maxAgeHours * 3_600_000,
        ...(maxVerifiedAgeDays !== undefined && {
          maxVerifiedAgeMs: maxVerifiedAgeDays * 86_400_000,
        }),
      },
      ...(databaseUrl !== undefined && { database: adapters.source(databaseUrl).name }),
    },
    signal,
  )
}
