import { createFakeWorld } from '../../support/fakes/fake-world.ts'

/** The retention of the contract. */
export const retention = {
  days: { daily: 7, weekly: 28, monthly: 365, failed: 30 },
  keepLast: 1,
}

export const oldestId = '20261001T030012Z-aaaa'
export const olderId = '20261002T030012Z-bbbb'
export const newestId = '20261121T030012Z-cccc'

/** Two expired backups and one of yesterday. */
export async function createAgedWorld() {
  const world = createFakeWorld()
  const records = [
    await world.addBackup({ id: oldestId, createdAt: '2026-10-01T03:00:12.000Z' }),
    await world.addBackup({ id: olderId, createdAt: '2026-10-02T03:00:12.000Z' }),
    await world.addBackup({ id: newestId, createdAt: '2026-11-21T03:00:12.000Z' }),
  ]
  const [oldest, older, newest] = records
  if (oldest === undefined || older === undefined || newest === undefined) throw new Error('none')
  const bytesOf = (id: string) =>
    [...world.vaultState.objects.keys()].filter((key) => key.includes(id))
  return { ...world, oldest, older, newest, bytesOf }
}
