import type { Card } from '../../../action/domain/card.ts'
import type { Request } from '../../../action/domain/request.ts'

/** A request to restore, as the bot would accept it. */
export const sampleRequest: Request = {
  version: 1,
  id: 'rq7-1001-0-0123456789ab',
  repositoryId: 42,
  issueNumber: 7,
  commentId: 1001,
  commandIndex: 0,
  command: 'restore',
  arguments: { 'backup-id': 'latest', 'restore-mode': 'swap' },
  requester: { id: 11, login: 'mona' },
  deliveryId: '6f2c7f5e-0000-4000-8000-000000000001',
  createdAt: '2026-11-22T09:00:00.000Z',
}

/** The card of {@link sampleRequest} with everything told that can be told before the end. */
export const sampleCard: Card = {
  version: 1,
  state: 'waiting',
  updatedAt: '2026-11-22T09:01:00.000Z',
  run: { id: 9001, url: 'https://github.example/acme/shop/actions/runs/9001' },
  plan: {
    command: 'restore',
    backupId: '20261122T030012Z-k7q2',
    database: 'shop',
    sizeBytes: 1_503_238_553,
    checksum: 'ab'.repeat(32),
    takenAt: '2026-11-22T03:00:12.000Z',
    target: 'shop',
    mode: 'swap',
  },
  waiting: {
    environment: 'database-restore',
    reviewers: ['hubot-friend', 'dba'],
    until: '2026-12-22T09:01:00.000Z',
  },
}
