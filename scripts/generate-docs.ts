import { readFile, writeFile } from 'node:fs/promises'
import { commandsPage, configurationPage } from './reference-pages.ts'

/** `node scripts/generate-docs.ts`: writes the pages that are read off the code. */
const root = new URL('../', import.meta.url)
const actionYml = await readFile(new URL('action.yml', root), 'utf8')
await writeFile(new URL('docs/configuration.md', root), configurationPage(actionYml))
await writeFile(new URL('docs/commands.md', root), commandsPage())
