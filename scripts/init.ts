import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { describeSettings, listPlaceholders } from './init/describe-settings.ts'
import { fillExample, type Pin, placeholder, planFiles } from './init/plan-files.ts'
import { readCheckout, readCommit } from './init/read-checkout.ts'

/**
 * Writes the workflows and the policy file into the repository that operates a database, and says what is to be set on
 * GitHub. Asks nothing, overwrites nothing.
 *
 * `npm run init -- <folder of that repository> [--dry-run]`
 */
const root = resolve(import.meta.dirname, '..')
const files = {
  '.github/workflows/database-backup.yml': 'examples/database-backup.yml',
  '.github/workflows/database-restore.yml': 'examples/database-restore.yml',
  '.github/workflows/database-commands.yml': 'examples/database-commands.yml',
  '.github/strongroom.yml': '.github/strongroom.yml',
}

try {
  const { values, positionals } = parseArgs({
    options: { 'dry-run': { type: 'boolean', default: false } },
    allowPositionals: true,
  })
  const [folder, ...rest] = positionals
  if (folder === undefined || rest.length > 0) {
    throw new Error(
      'Cannot write the workflows: no folder is named, expected "npm run init -- <folder of your repository>"',
    )
  }
  initialise(resolve(process.env['INIT_CWD'] ?? process.cwd(), folder), values['dry-run'])
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}

function initialise(folder: string, isDryRun: boolean): void {
  const target = readCheckout(folder)
  if (target.folder === root) {
    throw new Error(
      'Cannot write the workflows: that is this repository, expected the one that operates your database',
    )
  }
  const pin = readPin()
  const wanted = Object.entries(files).map(([path, source]) => ({
    path,
    text: fillExample(readFileSync(join(root, source), 'utf8'), pin),
  }))
  const plan = planFiles(wanted, (path) => {
    const full = join(target.folder, path)
    return existsSync(full) ? readFileSync(full, 'utf8') : undefined
  })
  for (const { path, text, state } of plan) {
    if (state === 'new' && !isDryRun) {
      mkdirSync(dirname(join(target.folder, path)), { recursive: true })
      writeFileSync(join(target.folder, path), text, { flag: 'wx' })
    }
    const words = { new: isDryRun ? 'would be written' : 'written', present: 'is there already' }
    console.log(
      state === 'differs'
        ? `! ${path} is there with other contents and was left alone; compare it with ${files[path as keyof typeof files]}`
        : `✓ ${path} ${words[state]}`,
    )
  }
  if (pin === undefined) {
    console.log(`! Replace ${placeholder}@v0.1.0 in the workflows: examples/README.md says by what`)
  }
  const names = listPlaceholders(target).join(', ')
  console.log(
    `\nNow set these on GitHub, in sh, bash or zsh with gh 2.27 or later, with your own for ${names}:\n`,
  )
  for (const line of describeSettings(target)) console.log(line)
  console.log(
    '\nThen commit the files to the default branch, and start "Database backup" once by hand.',
  )
}

/** This checkout as `uses:` names it; nothing where it has no place on GitHub. */
function readPin(): Pin | undefined {
  const { repository } = readCheckout(root)
  const found = readCommit(root)
  return repository === undefined || found === undefined ? undefined : { repository, ...found }
}
