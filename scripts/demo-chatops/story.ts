import { createHash } from 'node:crypto'
import type { CommentState } from '../../test/support/github/resources/comments.ts'
import type { UserState } from '../../test/support/github/resources/users.ts'
import { compareTables, type Fingerprint, fingerprint, isSame } from '../demo/fingerprint.ts'
import type { Narrator } from '../demo/narrator.ts'
import { seedAgedBackups } from '../demo/seed-aged-backups.ts'
import type { Stage } from './open-stage.ts'
import type { Talk } from './talk.ts'

export interface Scene {
  readonly stage: Stage
  readonly talk: Talk
  readonly narrator: Narrator
}

/** What was asked, by what it is for. */
export interface Story {
  readonly backup: CommentState
  readonly list: CommentState
  readonly help: CommentState
  /** Approved by the one who asked. */
  readonly refusedRestore: CommentState
  readonly restore: CommentState
  readonly approver: UserState
}

/** Plays the conversation, with its proofs. */
export async function playStory(scene: Scene): Promise<Story> {
  const { stage, talk, narrator } = scene
  const contents = () => fingerprint(stage.world.cluster, stage.chat.database)
  const before = await contents()
  const backup = await askForBackup(scene)
  const list = await askForList(scene)
  const help = await askForHelp(scene)
  await letStrangerAsk(scene)
  const damaged = await loseData(scene, before)
  const refusedRestore = await approveOwn(scene, damaged)
  const restore = await restoreLatest(scene, { before, damaged })
  await talk.settled()
  narrator.prove(
    'no secret stands in a comment, in a log or in what the bot printed',
    isEmpty(stage.findLeaks()),
  )
  return { backup, list, help, refusedRestore, restore, approver: stage.jonas }
}

const isEmpty = (list: readonly unknown[]) => list.length === 0

async function askForBackup({ stage, talk, narrator }: Scene): Promise<CommentState> {
  const { bucket } = stage.chat
  narrator.chapter('A person with write access asks for a backup')
  const asked = talk.say(stage.ines, '/backup\n\nBefore we change the prices.')
  const { card, body } = await talk.until(asked)
  const [entry] = (await bucket.manifest()).backups
  const key = bucket.peek.keys().find((name) => name.endsWith(entry?.filename ?? '?'))
  const stored = key === undefined ? '' : sha256(await bucket.peek.read(key))
  narrator.prove(
    'the backup on the card is in the bucket, with the bytes of its SHA-256',
    card.state === 'succeeded' &&
      entry?.status === 'COMPLETED' &&
      body.includes(entry.id) &&
      entry.checksum === stored,
  )
  return asked
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}

async function askForList({ stage, talk, narrator }: Scene): Promise<CommentState> {
  const { bucket, database } = stage.chat
  narrator.chapter('What is there?')
  const { cluster, server } = stage.world
  await seedAgedBackups({ cluster, server, database, bucket: bucket.name }, database)
  narrator.say('Older backups were put beside it, as nights and months would have left them.')
  const asked = talk.say(stage.ines, '/backups')
  const { card, body } = await talk.until(asked)
  const { backups } = await bucket.manifest()
  narrator.prove(
    'the card lists what the bucket holds',
    card.state === 'succeeded' &&
      backups.length > 0 &&
      backups.every(({ id }) => body.includes(id)),
  )
  return asked
}

async function askForHelp({ stage, talk, narrator }: Scene): Promise<CommentState> {
  narrator.chapter('What can be asked for?')
  const asked = talk.say(stage.ines, '/help')
  const { card } = await talk.until(asked)
  await talk.settled()
  narrator.prove(
    'help is answered without a run',
    card.state === 'answered' && card.run === undefined,
  )
  return asked
}

async function letStrangerAsk({ stage, talk, narrator }: Scene): Promise<void> {
  const { chat, stranger } = stage
  const { repository, github } = chat.scene
  narrator.chapter('Somebody from outside asks for a restore')
  const before = { runs: repository.runs.size, comments: repository.comments.size }
  const asked = talk.say(stranger, '/restore latest')
  await talk.settled()
  const { delivery, status } = github.webhooks.attempts.at(-1) ?? {}
  narrator.say('\nNothing: no reaction, no answer, no run.')
  narrator.prove(
    'the bot heard a stranger and stayed silent',
    delivery?.event === 'issue_comment' &&
      status === 200 &&
      asked.reactions.length === 0 &&
      repository.runs.size === before.runs &&
      repository.comments.size === before.comments + 1,
  )
}

async function loseData({ stage, narrator }: Scene, before: Fingerprint): Promise<Fingerprint> {
  const { cluster } = stage.world
  const { database } = stage.chat
  narrator.chapter('Data are lost')
  for (const sql of [
    'DROP TABLE public.order_items CASCADE',
    'DELETE FROM public.events',
    'UPDATE public.products SET price = price / 100',
  ]) {
    narrator.command(`psql "$DATABASE_URL" -c ${JSON.stringify(sql)}`)
    await cluster.query(database, sql)
  }
  const damaged = await fingerprint(cluster, database)
  narrator.table(compareTables(before, damaged))
  return damaged
}

async function approveOwn(
  { stage, talk, narrator }: Scene,
  damaged: Fingerprint,
): Promise<CommentState> {
  const { mona, world, chat } = stage
  narrator.chapter('An administrator asks for a restore, and approves it alone')
  const asked = talk.say(mona, '/restore latest')
  const waiting = await talk.until(asked, 'waiting')
  talk.approve(waiting, mona)
  const { card } = await talk.until(asked)
  const now = await fingerprint(world.cluster, chat.database)
  narrator.prove(
    'who asks cannot approve: refused, and the database was not touched',
    card.state === 'failed' && card.reasonCode === 'gate_refused' && isSame(now, damaged),
  )
  await talk.settled()
  return asked
}

async function restoreLatest(
  { stage, talk, narrator }: Scene,
  { before, damaged }: { readonly before: Fingerprint; readonly damaged: Fingerprint },
): Promise<CommentState> {
  const { mona, jonas, world, chat } = stage
  const contents = () => fingerprint(world.cluster, chat.database)
  narrator.chapter('She asks again, and somebody else approves')
  const asked = talk.say(mona, '/restore latest')
  const waiting = await talk.until(asked, 'waiting')
  const isUntouched = isSame(await contents(), damaged)
  narrator.prove(
    'nothing happens before somebody approves',
    waiting.card.state === 'waiting' && isUntouched,
  )
  talk.approve(waiting, jonas)
  const { card } = await talk.until(asked)
  const now = await contents()
  narrator.table(compareTables(before, now))
  narrator.prove(
    'what was lost is back, row for row',
    card.state === 'succeeded' && !isSame(before, damaged) && isSame(before, now),
  )
  return asked
}
