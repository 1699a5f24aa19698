import type { Adapters } from './adapters.ts'
import type { Inputs } from './domain/inputs.ts'
import { listMissingInputs } from './domain/require-inputs.ts'
import type { DoctorCheck, DoctorResult } from './domain/result.ts'
import { connectGitHub } from './github/connect-github.ts'
import { readProtection } from './github/read-protection.ts'
import { diagnose, type Examination } from './job/diagnose.ts'
import { examineBackups } from './job/examine-backups.ts'
import { examineDatabase } from './job/examine-database.ts'
import { probeChannels } from './job/probe-channels.ts'
import { rehearse } from './job/rehearse.ts'
import { openChannels } from './open-channels.ts'
import { readRetention, runFullBackup } from './run-backup.ts'
import type { RunContext } from './run-context.ts'

/** What the sample workflows of the documentation are called. */
const workflows = ['database-backup.yml', 'database-restore.yml']

/** A nightly backup must not wait for a person; whatever replaces data must. */
const environments = ['database-restore']

/** `command: doctor`. Whatever the inputs are there for is looked at; the rest is said to be skipped. */
export async function runDoctor(context: RunContext, adapters: Adapters): Promise<DoctorResult> {
  const { log, redact, signal } = context
  const examinations: readonly Examination[] = [
    { name: 'configuration', run: async () => [checkConfiguration(context.inputs)] },
    { name: 'database', run: () => lookAtDatabase(context, adapters) },
    { name: 'bucket', run: () => lookAtBucket(context, adapters) },
    { name: 'backups', run: () => lookAtBackups(context, adapters) },
    { name: 'GitHub', run: () => lookAtGitHub(context, adapters) },
    { name: 'notifications', run: () => lookAtNotifications(context) },
    { name: 'full run', run: () => lookAtFullRun(context, adapters) },
  ]
  return await diagnose({ log, redact }, examinations, signal)
}

function checkConfiguration(inputs: Inputs): DoctorCheck {
  const name = 'configuration'
  const missing = listMissingInputs(inputs)
  if (missing.length === 0) return { name, state: 'ok', text: 'every input is there and readable' }
  const advice = 'Set the inputs, or the environment variables that stand in for them.'
  return { name, state: 'failed', text: missing.join('; '), advice }
}

/** Each channel by itself, without telling anybody anything. */
async function lookAtNotifications({ inputs, facts }: RunContext): Promise<readonly DoctorCheck[]> {
  const { channels, problems } = openChannels(inputs, facts)
  if (channels.length + problems.length === 0) {
    const text = 'no channel is configured: nobody will be told of a failure but by GitHub'
    return [skip('notifications', text)]
  }
  const checks = await probeChannels(channels)
  return [
    ...checks.map((check) => ({ ...check, name: `notify by ${check.name}` })),
    ...problems.map((text): DoctorCheck => ({ name: 'notifications', state: 'failed', text })),
  ]
}

async function lookAtDatabase({ inputs, signal }: RunContext, adapters: Adapters) {
  const url = inputs.databaseUrl
  if (url === undefined) return [skip('connection', 'there is no database URL')]
  return await examineDatabase(() => adapters.source(url), signal)
}

async function lookAtBucket({ inputs, signal }: RunContext, adapters: Adapters) {
  if (inputs.bucket === undefined) return [skip('bucket', 'there is no bucket')]
  return await adapters.bucket().probe('full', signal)
}

async function lookAtBackups({ inputs, signal }: RunContext, adapters: Adapters) {
  if (inputs.bucket === undefined) return [skip('manifest', 'there is no bucket')]
  const { catalog, keepsManifest } = adapters.bucket()
  const dependencies = { catalog, clock: adapters.clock, keepsManifest }
  return await examineBackups(dependencies, readRetention(inputs), signal)
}

async function lookAtGitHub({ inputs, facts, signal }: RunContext, { clock }: Adapters) {
  const { githubToken: token } = inputs
  const { apiUrl, repository } = facts
  if (token === undefined || apiUrl === undefined || repository === undefined) {
    return [skip('workflows and environments', 'there is no token, or no run of GitHub')]
  }
  const sleep = clock.sleep
  const github = connectGitHub({ token, apiUrl, repository, sleep, signal })
  return await readProtection(github, { workflows, environments })
}

async function lookAtFullRun(context: RunContext, adapters: Adapters) {
  const { inputs, log, redact, signal } = context
  const name = 'full run'
  if (!inputs.full) return [skip(name, 'not asked for: set "full" to true')]
  const target = adapters.target(inputs.targetDatabaseUrl ?? '')
  const { catalog, vault } = adapters.bucket()
  const { clock, random, keys } = adapters
  const streams = adapters.streams()
  const common = { clock, random, log, catalog, vault, keys, streams, redact, target }
  return [
    await rehearse({ ...common, backUp: () => runFullBackup(context, adapters) }, name, signal),
  ]
}

function skip(name: string, why: string): DoctorCheck {
  return { name, state: 'skipped', text: why }
}
