import { readFile, writeFile } from 'node:fs/promises'
import { fillReadme } from './inputs-block.ts'
import { commandsPage, configurationPage } from './reference-pages.ts'

/** `node scripts/generate-docs.ts`: writes the pages that are read off the code, and the inputs in the README. */
const root = new URL('../', import.meta.url)
const actionYml = await readFile(new URL('action.yml', root), 'utf8')
await writeFile(new URL('docs/configuration.md', root), configurationPage(actionYml))
await writeFile(new URL('docs/commands.md', root), commandsPage())
const readme = new URL('README.md', root)
await writeFile(readme, fillReadme(await readFile(readme, 'utf8'), actionYml))
