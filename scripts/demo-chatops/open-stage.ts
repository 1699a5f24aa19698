import { type Chatops, startChatops } from '../../test/support/acceptance/chatops/start-chatops.ts'
import { findLeaks } from '../../test/support/acceptance/leaks.ts'
import { startWorld, type World } from '../../test/support/acceptance/start-world.ts'
import { seedRole } from '../../test/support/github/resources/permissions.ts'
import { seedUser, type UserState } from '../../test/support/github/resources/users.ts'
import { seedShop } from '../../test/support/postgres/seed-shop.ts'

/** A shop's database, a bucket, a repository on a GitHub of the demo's own, a bot, and four people. */
export interface Stage {
  readonly world: World
  readonly chat: Chatops
  /** Administrators and reviewers of restores, both. */
  readonly mona: UserState
  readonly jonas: UserState
  /** May write. */
  readonly ines: UserState
  readonly stranger: UserState
  /** Where a secret stands in anything that people can read: comments, logs, summaries, what the bot printed. */
  findLeaks(): readonly string[]
  close(): Promise<void>
}

const database = 'shop'

/** Starts it. What is started is stopped again where a later part fails. */
export async function openStage(orders: number): Promise<Stage> {
  const world = await startWorld()
  try {
    await world.newDatabase('', database)
    await seedShop((sql) => world.cluster.query(database, sql), { orders })
    const chat = await startChatops(world, { database })
    return {
      world,
      chat,
      ...seedPeople(chat),
      findLeaks: () => findLeaks(listSecrets(chat), listTold(chat)),
      async close() {
        // A fault of the fake must not keep the servers alive.
        await chat.close().finally(() => world.close())
      },
    }
  } catch (error) {
    await world.close()
    throw error
  }
}

function seedPeople({ scene }: Chatops) {
  const { world, repository, issue, stranger } = scene
  const [mona, jonas, ines] = ['mona', 'jonas', 'ines'].map((login) => seedUser(world, login))
  const environment = repository.environments.get('database-restore')
  if (!mona || !jonas || !ines || !environment) throw new Error('the stage is not set')
  seedRole(repository, mona, 'admin')
  seedRole(repository, jonas, 'admin')
  seedRole(repository, ines, 'write')
  environment.reviewers = [mona, jonas]
  issue.title = 'Database'
  issue.author = mona
  return { mona, jonas, ines, stranger }
}

function listSecrets({ secrets, scene: { app } }: Chatops) {
  return { ...secrets, 'key of the App': app.privateKey, 'webhook secret': app.webhookSecret }
}

function listTold({ scene: { repository }, runner, botText }: Chatops): string {
  const comments = [...repository.comments.values()].map(({ body }) => body)
  const logs = [...repository.runs.values()].flatMap((run) =>
    runner.logs(run).flatMap(({ text, summary }) => [text, summary]),
  )
  return [...comments, ...logs, botText()].join('\n')
}
