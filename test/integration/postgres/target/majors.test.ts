import { delimiter, join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { findClient } from '../../../../action/postgres/client-programs.ts'
import { clientsOfMajor } from '../../../support/postgres/clients-of-major.ts'
import { reportMissing } from '../../../support/postgres/report-missing.ts'
import { seedAwkward } from '../../../support/postgres/seed-awkward.ts'
import { serverOfMajor } from '../../../support/postgres/server-of-major.ts'
import { startCluster } from '../../../support/postgres/start-cluster.ts'
import { fingerprint, pgDump } from './fingerprint.ts'
import { openTarget, wholeLoad } from './open-target.ts'

const majors = [14, 16, 17, 18]
/** Majors that must not be missing, "14,15,16": set where all of them are known to be there. */
const required = (process.env['STRONGROOM_REQUIRED_MAJORS'] ?? '').split(',')

it.for(majors)(
  'PostgreSQL %d is restored beside the target, exchanged and replaced in place',
  async (major) => {
    const server = await serverOfMajor(major)
    if ('unavailable' in server) {
      expect(required).not.toContain(String(major))
      reportMissing(`PostgreSQL ${major}: ${server.unavailable}`)
      return
    }
    const cluster = await startCluster({ server })
    onTestFinished(() => cluster.stop())
    const folders = await Promise.all([17, 18].map(clientsOfMajor))
    const searchPath = folders.filter((folder) => typeof folder === 'string').join(delimiter)
    const log = { info: () => undefined, warn: () => undefined }
    const request = { serverMajor: major, installClient: false, log, searchPath } as const
    const { pgDump: program } = await findClient({ ...request, purpose: 'dump' })
    for (const name of ['source', 'target']) {
      await cluster.createDatabase(name)
      await seedAwkward((sql) => cluster.query(name, sql))
    }
    await cluster.query('target', 'DROP TABLE texts CASCADE')
    const source = await fingerprint(cluster, 'source', program)
    const opened = openTarget(cluster.url('target'), undefined, searchPath)
    onTestFinished(opened.close)
    const { target, folder } = opened
    const [plain, archive] = [join(folder, 'plain'), join(folder, 'archive')]
    await pgDump(cluster, 'source', ['-f', plain], program)
    await pgDump(cluster, 'source', ['-Fc', '-f', archive], program)

    expect(await target.describe()).toMatchObject({ major, exists: true, isEmpty: false })
    const scratch = target.scratchName('20261122T030012Z-k7q2', 'abcdef')
    await target.createScratch(scratch, { encoding: 'UTF8', collate: 'C.UTF-8', ctype: 'C.UTF-8' })
    const dump = { format: 'plain', path: plain } as const
    await target.load(wholeLoad(scratch, dump))
    await target.carryOver('target', scratch)
    await target.analyze(scratch)
    await target.swap({ target: 'target', scratch, keepAs: 'kept', sessionGraceMs: 0 })
    expect(await fingerprint(cluster, 'target', program)).toEqual(source)

    await target.load(wholeLoad('kept', { format: 'custom', path: archive }, true))
    expect(await fingerprint(cluster, 'kept', program)).toEqual(source)
    await target.drop('kept')
    await cluster.createDatabase('beside')
    await target.load(wholeLoad('beside', { format: 'custom', path: archive }))
    expect(await fingerprint(cluster, 'beside', program)).toEqual(source)
  },
)
