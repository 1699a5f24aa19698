import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { readRelease } from './release/read-release.ts'

/**
 * Says whether this commit may become a version, and what its release says. Used by the release workflow, which holds no
 * logic of its own; at a terminal it is a rehearsal.
 *
 * `node scripts/release.ts --version 1.2.3 [--notes <file>]`; writes `tag` and `moving-tag` to `GITHUB_OUTPUT` where there is one.
 */
const root = resolve(import.meta.dirname, '..')
const { values } = parseArgs({
  options: { version: { type: 'string' }, notes: { type: 'string' } },
})
const read = (path: string) => readFileSync(join(root, path), 'utf8')

try {
  const { tag, movingTag, notes } = readRelease(values.version ?? '', {
    manifest: read('package.json'),
    changelog: read('CHANGELOG.md'),
  })
  if (values.notes !== undefined) writeFileSync(values.notes, `${notes}\n`)
  const output = process.env['GITHUB_OUTPUT']
  if (output) appendFileSync(output, `tag=${tag}\nmoving-tag=${movingTag ?? ''}\n`)
  console.log(
    `${tag}${movingTag === undefined ? '' : `, and ${movingTag} moves to it`}\n\n${notes}`,
  )
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}
