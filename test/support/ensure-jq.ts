import { aptGet, rootPrefix, works } from './apt-get.ts'

/**
 * Vitest's global set-up: GitHub's runners have jq, and the workflow that takes comments uses it. Installed by apt where it
 * is missing, as root or with a sudo that asks nothing.
 */
export async function setup(): Promise<void> {
  if (await works('jq', ['--version'])) return
  const root = await rootPrefix()
  if (root !== undefined) {
    await aptGet(root, 'jq', ['update'])
    await aptGet(root, 'jq', ['install', '-y', '--no-install-recommends', 'jq'])
  }
  if (await works('jq', ['--version'])) return
  throw new Error(
    'Cannot run workflows: jq is not installed, expected it as on the runners of GitHub (Debian, Ubuntu: sudo apt-get install jq)',
  )
}
