import type { Block } from './read-blocks.ts'

/** A block that no test runs or judges, and why. */
interface UntestedBlock {
  readonly page: string
  readonly language: string
  /** A text that is in the block, and in no other of its language on the page that a test could run. */
  readonly has: string
  readonly why: string
}

const installs = 'installs the packages anew, below the feet of the tests that are running'

/** The only way past the tests of the documents. An entry that fits no block any more fails. */
export const untestedBlocks: readonly UntestedBlock[] = [
  { page: 'README.md', language: 'sh', has: 'npm run demo', why: installs },
  { page: 'README.md', language: 'sh', has: 'npm test', why: installs },
  {
    page: 'README.md',
    language: 'text',
    has: 'gzip on every core',
    why: 'a drawing',
  },
  {
    page: 'README.md',
    language: 'yaml',
    has: 'with: # each with its default',
    why: 'every input at once is no step; test/contract/docs.test.ts compares each with the code',
  },
  { page: 'ARCHITECTURE.md', language: 'text', has: 'action/domain/', why: 'a drawing' },
  { page: 'CONTRIBUTING.md', language: 'sh', has: '.ci/run', why: installs },
  {
    page: 'docs/bot.md',
    language: 'sh',
    has: 'docker build',
    why: 'needs Docker; test/acceptance/bot/bundle.test.ts runs what the container holds',
  },
  {
    page: 'docs/commands.md',
    language: 'text',
    has: 'Usage: npm run ',
    why: 'written from the help itself; test/contract/docs.test.ts compares',
  },
  {
    page: 'docs/commands.md',
    language: 'text',
    has: '/backups --type DAILY',
    why: 'written from the registry of the bot; test/contract/docs.test.ts compares',
  },
  { page: 'docs/development.md', language: 'sh', has: 'npm run check', why: installs },
  {
    page: 'docs/development.md',
    language: 'sh',
    has: 'npm run test:integration',
    why: 'runs all integration tests, against a storage that only the reader has',
  },
  {
    page: 'docs/releasing.md',
    language: 'sh',
    has: 'gh attestation verify',
    why: 'asks GitHub for a release',
  },
]

/** The entry for a block, where there is one. */
export function findUntested(page: string, { language, code }: Block): UntestedBlock | undefined {
  return untestedBlocks.find(
    (entry) => entry.page === page && entry.language === language && code.includes(entry.has),
  )
}
