import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

/**
 * Proves that the bundles in git are what the source builds to: GitHub runs the bundles, people read the source.
 *
 * Compared are git's own object ids, so that what git does to line ends is the same on both sides. The index is what counts,
 * which in a clean checkout is the commit.
 */
const root = resolve(import.meta.dirname, '..')
const scratch = mkdtempSync(join(tmpdir(), 'strongroom-dist-'))

try {
  execFileSync(process.execPath, [join(root, 'scripts/build.ts'), '--out', scratch], {
    stdio: 'inherit',
  })
  const differences = compare(readIndex(), hashFiles(scratch))
  for (const line of differences) console.error(line)
  if (differences.length > 0) {
    console.error('Cannot vouch for dist/: it is not what the source builds to, expected it to be')
    console.error('Run "npm run build" and commit dist/ together with the source.')
    process.exitCode = 1
  } else console.log('dist/ is what the source builds to')
} finally {
  rmSync(scratch, { recursive: true, force: true })
}

/** Object ids by path below `dist/`, as the index has them. */
function readIndex(): ReadonlyMap<string, string> {
  const rows = git(['ls-files', '--stage', '-z', '--', 'dist']).split('\0').filter(Boolean)
  return new Map(
    rows.map((row) => {
      const [facts = '', path = ''] = row.split('\t')
      const [, id = ''] = facts.split(' ')
      return [path.slice('dist/'.length), id]
    }),
  )
}

/** The ids that git would give the files in `folder`, were they in `dist/`. */
function hashFiles(folder: string): ReadonlyMap<string, string> {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
  return new Map(
    paths.map((path) => [
      path,
      git(['hash-object', `--path=dist/${path}`, join(folder, path)]).trim(),
    ]),
  )
}

function compare(
  committed: ReadonlyMap<string, string>,
  fresh: ReadonlyMap<string, string>,
): readonly string[] {
  const paths = [...new Set([...committed.keys(), ...fresh.keys()])].sort()
  return paths.flatMap((path) => {
    if (!committed.has(path)) return [`dist/${path} is missing`]
    if (!fresh.has(path)) return [`dist/${path} is built no more`]
    return committed.get(path) === fresh.get(path) ? [] : [`dist/${path} differs`]
  })
}

function git(words: readonly string[]): string {
  return execFileSync('git', [...words], { cwd: root, encoding: 'utf8' })
}
