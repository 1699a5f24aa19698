import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Fingerprint, fingerprint } from '../../integration/postgres/target/fingerprint.ts'
import { expectNothingTold } from '../../support/acceptance/chatops/expect-nothing-told.ts'
import { type Chatops, startChatops } from '../../support/acceptance/chatops/start-chatops.ts'
import { startWorld, type World } from '../../support/acceptance/start-world.ts'

let world: World
let chat: Chatops
let good: Fingerprint
beforeAll(async () => {
  world = await startWorld()
  chat = await startChatops(world)
  const asked = chat.say(chat.scene.writer, '/backup')
  const { card, body } = await chat.shows(asked, 'succeeded', 'failed', 'refused')
  expect(card.state, body).toBe('succeeded')
  good = await content()
})
afterAll(async () => {
  try {
    await chat?.close()
  } finally {
    await world?.close()
  }
})

const content = () => fingerprint(world.cluster, chat.database)
const ends = ['succeeded', 'failed', 'rejected', 'cancelled', 'refused', 'expired'] as const

/** Somebody asks for a restore, and the card waits for reviewers. */
async function askForRestore(author = chat.scene.admin) {
  const asked = chat.say(author, '/restore latest')
  const card = await chat.shows(asked, 'waiting', ...ends)
  expect(card.card.state, card.body).toBe('waiting')
  return { asked, card }
}

describe('/restore, asked for in a comment', () => {
  let damaged: Fingerprint
  beforeEach(async () => {
    await world.cluster.query(chat.database, 'DELETE FROM orders')
    damaged = await content()
  })

  afterEach(async () => {
    // What a restore keeps would stand in the way of the next one of the same backup.
    const kept = await world.cluster.query(
      'postgres',
      `SELECT quote_ident(datname) AS name FROM pg_database WHERE datname LIKE '%\\_\\_pre\\_%'`,
    )
    for (const { name } of kept) await world.cluster.query('postgres', `DROP DATABASE ${name}`)
  })

  it('is planned, waits for somebody else, and brings the rows back', async () => {
    const { asked, card } = await askForRestore()
    const [entry] = (await chat.bucket.manifest()).backups
    expect(card.card.plan).toMatchObject({
      command: 'restore',
      backupId: entry?.id,
      checksum: entry?.checksum,
      sizeBytes: entry?.fileSize,
      database: chat.database,
      target: chat.database,
      mode: 'swap',
    })
    expect(card.card.waiting).toMatchObject({
      environment: 'database-restore',
      reviewers: ['approver', 'admin'],
    })
    expect(card.body).toContain(chat.runOf(card).id.toString())
    expect(await content()).toEqual(damaged)
    chat.review(chat.runOf(card), chat.approver, 'approved')
    const end = await chat.shows(asked, ...ends)
    expect(end.card, end.body).toMatchObject({
      state: 'succeeded',
      approvers: [{ login: 'approver' }],
    })
    expect(await content()).toEqual(good)
    await chat.settled()
    expect(chat.cardsOf(asked).map(({ card: { state } }) => state)).toEqual(['succeeded'])
    expect(chat.runOf(end).conclusion).toBe('success')
    expectNothingTold(chat)
  })

  it('is refused where who asked is the one who approves', async () => {
    const { asked, card } = await askForRestore()
    const before = [...chat.bucket.contents().keys()]
    // GitHub lets it pass: for GitHub the bot started the run.
    chat.review(chat.runOf(card), chat.scene.admin, 'approved')
    const end = await chat.shows(asked, ...ends)
    expect(end.card, end.body).toMatchObject({ state: 'failed', reasonCode: 'gate_refused' })
    expect(end.body).toContain('approved a request of their own')
    await chat.settled()
    expect(await content()).toEqual(damaged)
    const added = [...chat.bucket.contents().keys()].filter((key) => !before.includes(key))
    expect(added).toEqual([expect.stringMatching(/^strongroom\/audit\/.+-restore-/)])
    expectNothingTold(chat)
  })

  it('ends where a reviewer rejects it', async () => {
    const { asked, card } = await askForRestore()
    chat.review(chat.runOf(card), chat.approver, 'rejected')
    const end = await chat.shows(asked, ...ends)
    expect(end.card.state, end.body).toBe('rejected')
    await chat.settled()
    expect(chat.cardsOf(asked).map(({ card: { state } }) => state)).toEqual(['rejected'])
    expect(await content()).toEqual(damaged)
  })

  it('is cancelled while it waits', async () => {
    const { asked, card } = await askForRestore()
    const cancelling = chat.say(chat.scene.admin, `/cancel ${card.request.id}`)
    const end = await chat.shows(asked, ...ends)
    expect(end.card.state, end.body).toBe('cancelled')
    const answer = await chat.shows(cancelling, 'answered', ...ends)
    expect(answer.card.state, answer.body).toBe('answered')
    await chat.settled()
    expect(chat.runOf(card)).toMatchObject({ conclusion: 'cancelled', pending: [] })
    expect(await content()).toEqual(damaged)
  })

  it('goes on where the bot was away', async () => {
    const { asked, card } = await askForRestore()
    await chat.stopBot()
    chat.review(chat.runOf(card), chat.approver, 'approved')
    await chat.runner.ended(chat.runOf(card))
    await chat.startBot()
    // The run itself told the card.
    const [end] = chat.cardsOf(asked)
    expect(end?.card, end?.body).toMatchObject({ state: 'succeeded' })
    expect(await content()).toEqual(good)
    const status = await chat.shows(chat.say(chat.scene.writer, '/status'), 'answered', ...ends)
    expect(status.card.state, status.body).toBe('answered')
  })

  it('is one run where two people ask at once', async () => {
    const { admin } = chat.scene
    const before = chat.scene.repository.runs.size
    const both = [chat.say(admin, '/restore latest'), chat.say(chat.approver, '/restore latest')]
    const cards = await Promise.all(both.map((one) => chat.shows(one, 'waiting', ...ends)))
    expect(cards.map(({ card }) => card.state).toSorted()).toEqual(['refused', 'waiting'])
    expect(chat.scene.repository.runs.size).toBe(before + 1)
    const open = cards.find(({ card }) => card.state === 'waiting')
    const refused = cards.find(({ card }) => card.state === 'refused')
    expect(refused?.card.reasonCode).toBe('restore_open')
    if (open === undefined) throw new Error('one was expected to wait')
    const reviewer = open.request.requester.login === 'admin' ? chat.approver : admin
    chat.review(chat.runOf(open), reviewer, 'rejected')
    await chat.settled()
    expect(await content()).toEqual(damaged)
  })
})
