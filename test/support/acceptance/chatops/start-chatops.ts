import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type BotScene, stageBot } from '../../github/bot-scene.ts'
import { seedEnvironment } from '../../github/resources/environments.ts'
import { seedRole } from '../../github/resources/permissions.ts'
import { seedUser, type UserState } from '../../github/resources/users.ts'
import { seedWorkflow } from '../../github/resources/workflows.ts'
import { startRunner, type WorkflowRunner } from '../../github/runner/start-runner.ts'
import type { Bucket, World } from '../start-world.ts'
import { createBotProcess } from './bot-process.ts'
import { type Conversation, openConversation } from './conversation.ts'

const root = resolve(import.meta.dirname, '../../../..')

/** A repository that was set up by the documentation: its people, workflows, environments and secrets, and a bot. */
export interface Chatops extends Conversation {
  readonly scene: BotScene
  readonly runner: WorkflowRunner
  readonly bucket: Bucket
  readonly database: string
  /** Name and secret text of everything that nobody may read. */
  readonly secrets: Readonly<Record<string, string>>
  /** A second administrator, who is the reviewer of the environment of restores, as the first is. */
  readonly approver: UserState
  /** All that the server of the bot has printed. */
  botText(): string
  /** Resolves once no run goes on and no webhook is under way. */
  settled(): Promise<void>
  /** The bot dies without notice. What happens until it is back, it never hears of. */
  stopBot(): Promise<void>
  startBot(): Promise<void>
  close(): Promise<void>
}

interface ChatopsOptions {
  /** @default 'server' */
  readonly door?: 'server' | 'action'
  /** @default a new one with a few rows */
  readonly database?: string
  /** Of the Action: whether GitHub tells it of the runs that it started. @default false */
  readonly isTokenHeard?: boolean
}

/** Sets it up on a PostgreSQL and an S3 server, with a bucket and a database of its own. */
export async function startChatops(world: World, options: ChatopsOptions = {}): Promise<Chatops> {
  const isServer = (options.door ?? 'server') === 'server'
  const bucket = world.newBucket()
  const database = options.database ?? (await world.newDatabase())
  const scene = await stageBot()
  const { github, repository, app, admin } = scene
  const approver = seedUser(scene.world, 'approver')
  seedRole(repository, approver, 'admin')
  const secrets = setUp(scene, { world, bucket, database, reviewers: [approver, admin] })
  const files = ['database-backup.yml', 'database-restore.yml']
  for (const file of isServer ? files : [...files, 'database-commands.yml']) {
    const text = readFileSync(join(root, 'examples', file), 'utf8')
    seedWorkflow(scene.world, repository, file, 'active', text)
  }
  repository.files.set('.github/strongroom.yml', policyText)
  if (!isServer) app.events = []
  const { isTokenHeard = false } = options
  const runner = await startRunner(github, { isTokenHeard })
  const bot = isServer ? await createBotProcess(scene) : undefined
  await bot?.start()
  const login = isServer ? app.user.login : 'github-actions[bot]'
  const botText = () => bot?.text() ?? ''
  return {
    ...openConversation(scene, login, botText),
    scene,
    runner,
    bucket,
    database,
    secrets,
    approver,
    async settled() {
      await runner.idle()
      await github.webhooks.settled()
    },
    botText,
    stopBot: async () => await bot?.kill(),
    startBot: async () => await bot?.start(),
    async close() {
      const ends = [
        () => runner.close(),
        () => github.webhooks.settled(),
        () => bot?.close(),
        () => github.close(),
      ]
      const problems: unknown[] = []
      for (const end of ends) await Promise.resolve(end()).catch((error) => problems.push(error))
      if (problems.length > 0) throw new AggregateError(problems, problems.map(String).join('\n'))
    },
  }
}

/** Of the defaults only the limit is another: a test asks for more than people do. */
const policyText = 'limits: { changing-per-10-minutes: 100 }\n'

interface Place {
  readonly world: World
  readonly bucket: Bucket
  readonly database: string
  readonly reviewers: readonly UserState[]
}

/** The environments of the documentation, with their reviewers, variables and secrets. */
function setUp(scene: BotScene, { world, bucket, database, reviewers }: Place) {
  const { repository } = scene
  const { accessKeyId, secretAccessKey, endpoint, region } = world.server
  const url = world.cluster.url(database)
  const writer = {
    BACKUP_ACCESS_KEY_ID: accessKeyId,
    BACKUP_SECRET_ACCESS_KEY: secretAccessKey,
  }
  repository.variables = {
    BACKUP_BUCKET: bucket.name,
    BACKUP_ENDPOINT: endpoint,
    BACKUP_REGION: region,
  }
  repository.secrets = {
    BACKUP_READER_ACCESS_KEY_ID: accessKeyId,
    BACKUP_READER_SECRET_ACCESS_KEY: secretAccessKey,
  }
  seedEnvironment(scene.world, repository, 'database-backup', {
    branchPolicy: 'custom',
    secrets: { ...writer, DATABASE_URL: url },
  })
  seedEnvironment(scene.world, repository, 'database-restore', {
    reviewers,
    canAdminsBypass: false,
    preventsSelfReview: true,
    branchPolicy: 'custom',
    secrets: { ...writer, RESTORE_DATABASE_URL: url },
  })
  return { 'secret key': secretAccessKey, password: world.cluster.password, url }
}
