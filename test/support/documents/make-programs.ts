import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { quoteShell } from '../../../action/domain/quote-shell.ts'
import type { World } from '../acceptance/start-world.ts'
import { repositoryRoot } from '../read-pages.ts'

const awsCli = join(repositoryRoot, 'test', 'support', 'aws-cli', 'main.ts')

/** The search path of a reader: this machine's, with the server's own client programs and an AWS CLI. */
export async function makePrograms({ cluster, folder }: World): Promise<string> {
  const programs = join(folder, 'programs')
  await mkdir(programs)
  const line = `exec ${quoteShell(process.execPath)} ${quoteShell(awsCli)} "$@"`
  await writeFile(join(programs, 'aws'), `#!/bin/sh\n${line}\n`, { mode: 0o755 })
  return [programs, cluster.binDirectory, process.env['PATH'] ?? ''].join(':')
}
