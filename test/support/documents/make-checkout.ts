import { cp, mkdir, readdir, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { bundlePath } from '../acceptance/provide-bundle.ts'
import { repositoryRoot } from '../read-pages.ts'

/** What a new checkout does not have, or has of its own. */
const notCopied = ['.git', '.env', 'dist', 'node_modules']

/**
 * Makes a checkout of this repository after `npm ci`, with the bundles that are tested. Everything in it is a copy, and
 * each package a link of its own: whatever a page does there, here nothing is changed, not even by another `npm ci`.
 */
export async function makeCheckout(folder: string): Promise<void> {
  await mkdir(folder)
  const names = await readdir(repositoryRoot)
  for (const name of names.filter((each) => !notCopied.includes(each)))
    await cp(join(repositoryRoot, name), join(folder, name), { recursive: true })
  await cp(dirname(dirname(bundlePath('bot'))), join(folder, 'dist'), { recursive: true })
  const packages = join(repositoryRoot, 'node_modules')
  await mkdir(join(folder, 'node_modules'))
  for (const name of await readdir(packages))
    await symlink(join(packages, name), join(folder, 'node_modules', name))
}
