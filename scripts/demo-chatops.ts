import { parseArgs } from 'node:util'
import { choosePalette } from '../action/runner/palette.ts'
import { setup as provideBundles } from '../test/support/acceptance/provide-bundle.ts'
import { setup as ensurePrograms } from '../test/support/ensure-programs.ts'
import { fingerprint, listTables } from './demo/fingerprint.ts'
import type { Narrator } from './demo/narrator.ts'
import { runDemo } from './demo/run-demo.ts'
import { drawStory } from './demo-chatops/draw-story.ts'
import { openStage, type Stage } from './demo-chatops/open-stage.ts'
import { playStory } from './demo-chatops/story.ts'
import { takePictures } from './demo-chatops/take-pictures.ts'
import { startTalk } from './demo-chatops/talk.ts'

/**
 * `npm run demo:chatops`: the bot and the workflows as a conversation, on a PostgreSQL server, an S3 server and a GitHub of
 * their own on loopback. `npm run demo:chatops -- --pictures=<folder>` draws the conversation as pictures, too.
 */
const orders = 4_000

async function play(
  narrator: Narrator,
  signal: AbortSignal,
  options: { readonly pictures?: string | undefined },
): Promise<void> {
  narrator.chapter('A shop, a bucket, a repository, a bot')
  narrator.say('Starting PostgreSQL, an S3 server, a GitHub of our own and the bot ...')
  await ensurePrograms()
  signal.throwIfAborted()
  const removeBundles = await provideBundles()
  try {
    signal.throwIfAborted()
    const stage = await openStage(orders)
    await perform(stage, narrator, signal, options.pictures).finally(() => stage.close())
  } finally {
    await removeBundles()
  }
}

async function perform(
  stage: Stage,
  narrator: Narrator,
  signal: AbortSignal,
  folder: string | undefined,
): Promise<void> {
  const { world, chat } = stage
  const palette = choosePalette(process.stdout, process.env)
  narrator.say(`PostgreSQL ${world.cluster.version}, database "${chat.database}":`)
  narrator.table(listTables(await fingerprint(world.cluster, chat.database)))
  narrator.say('mona and jonas are administrators and review restores; ines may write.')
  const talk = startTalk(stage, { narrator, palette, signal })
  const story = await playStory({ stage, talk, narrator })
  if (folder === undefined) return
  narrator.chapter('Pictures')
  await takePictures(folder, drawStory(story, talk))
  narrator.say(`They are in ${folder}.`)
}

const { values } = parseArgs({ options: { pictures: { type: 'string' } } })
// What was waited for when somebody ended it still has its timers.
process.exit(await runDemo((narrator, signal) => play(narrator, signal, values)))
