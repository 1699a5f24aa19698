import { frameDump } from './frame-dump.ts'
import { type LoadSession, type SessionSettings, settingsSql } from './load-session.ts'
import { type PsqlSession, startPsql } from './psql-session.ts'

/** Progress is told about so often. */
const PROGRESS_BYTES = 4 * 1024 * 1024

/**
 * Loads a plain dump into a scratch database, statement by statement: whatever fails, the database
 * is dropped. Success is psql's exit 0 and its answer to a question behind the dump's last byte: a
 * dump that swallowed the question (an open string, an open COPY) was not whole.
 */
export async function loadPlain(
  session: LoadSession,
  source: AsyncIterable<Uint8Array>,
  settings: SessionSettings,
  signal?: AbortSignal,
): Promise<void> {
  const dump = await frameDump(source, { dropFinalCommit: false, serverMajor: session.serverMajor })
  const psql = startPsql({
    path: session.client.psql,
    environment: session.environment(),
    redact: session.redact,
    signal,
  })
  try {
    await psql.write(settingsSql(settings))
    if (dump.createsPublic) await psql.write('DROP SCHEMA public;\n')
    await feedRestricted(psql, session, dump.body)
    const word = `sr_${session.nonce}_end`
    await psql.write(`SELECT '${word}';\n`)
    await psql.finish()
    await psql.answer(word)
  } finally {
    await psql.stop()
    await dump.close()
  }
}

/**
 * Feeds psql a dump within a restriction of ours: between these two lines no command of psql works
 * but `\unrestrict` with a key that the dump cannot know.
 */
export async function feedRestricted(
  psql: PsqlSession,
  session: LoadSession,
  body: AsyncIterable<Uint8Array>,
): Promise<void> {
  const key = `sr${session.nonce}`
  await psql.write(`\\restrict ${key}\n`)
  let doneBytes = 0
  let toldBytes = 0
  for await (const chunk of body) {
    doneBytes += chunk.length
    await psql.hand(chunk)
    if (doneBytes - toldBytes < PROGRESS_BYTES) continue
    toldBytes = doneBytes
    session.log.progress({ stage: 'restore', doneBytes })
  }
  await psql.write(`\n\\unrestrict ${key}\n`)
}
