import { expect } from 'vitest'
import { seedAgedBackups } from '../../../scripts/demo/seed-aged-backups.ts'
import { fingerprint } from '../../integration/postgres/target/fingerprint.ts'
import type { Shell } from './open-shell.ts'
import { shop } from './shop.ts'
import type { Stage } from './start-stage.ts'

/** What must be so before a page is played, and what it must have led to. */
interface PageSetting {
  /** What the shell has exported; where absent, what leads to the shop and the bucket. */
  readonly exported?: (stage: Stage) => Record<string, string>
  readonly prepare?: (stage: Stage) => Promise<unknown>
  readonly prove?: (stage: Stage, shell: Shell) => Promise<void>
}

/** Of pages that need more than the shop, two backups of it, and a shell that knows both. */
export const pageSettings: Readonly<Record<string, PageSetting>> = {
  'README.md': { prove: (stage) => expectOriginal(stage, 'shop_check') },
  'docs/commands.md': {
    exported: () => ({}),
    async prove(_, shell) {
      expect(await shell.run('npm run backup:list')).toMatchObject({ code: 0 })
    },
  },
  'docs/getting-started.md': {
    exported: ({ bucket, own, world }) => ({
      ...bucket.variables,
      // The role that the page makes first.
      DATABASE_URL: world.cluster.url(shop, { user: 'backup', password: own.password }),
    }),
    prove: (stage) => expectOriginal(stage, 'shop_check'),
  },
  'docs/manifest-format.md': {
    prepare: ({ bucket }) => bucket.peek.write('strongroom/manifest.json', '{'),
  },
  'docs/restore-runbook.md': {
    exported: () => ({}),
    prepare: ({ world }) =>
      world.cluster.query(shop, 'DROP TABLE order_items CASCADE; DELETE FROM events'),
    prove: (stage) => expectOriginal(stage, shop),
  },
  'docs/retention.md': {
    prepare: ({ world, bucket }) =>
      seedAgedBackups({ ...world, database: shop, bucket: bucket.name }),
  },
}

async function expectOriginal({ world, original }: Stage, database: string): Promise<void> {
  const is = await fingerprint(world.cluster, database)
  expect(is).toEqual(await fingerprint(world.cluster, original))
}
