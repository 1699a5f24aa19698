import { glob, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { type Block, readBlocks } from './documents/read-blocks.ts'

export const repositoryRoot = resolve(import.meta.dirname, '../..')

/** A page of Markdown in this repository. */
export interface Page {
  readonly path: string
  readonly text: string
  /** Without code, in which nothing is a link or a heading. */
  readonly prose: string
  readonly blocks: readonly Block[]
  /** Code within a line. */
  readonly spans: readonly string[]
  readonly headings: readonly string[]
}

const fence = /^ {0,3}```[\s\S]*?^ {0,3}```$/gm
const span = /`[^`\n]*`/g

async function readPage(path: string): Promise<Page> {
  const text = await readFile(join(repositoryRoot, path), 'utf8')
  const withoutBlocks = text.replace(fence, '')
  return {
    path,
    text,
    prose: withoutBlocks.replace(span, ''),
    blocks: readBlocks(text),
    spans: [...withoutBlocks.matchAll(span)].map(([code]) => code.slice(1, -1)),
    headings: [...withoutBlocks.matchAll(/^#{1,6} (.*)$/gm)].map(([, title = '']) => title),
  }
}

/** Every page of this repository by its path, sorted. */
export async function readPages(): Promise<ReadonlyMap<string, Page>> {
  const globs = ['*.md', 'docs/**/*.md', 'examples/*.md', '.github/**/*.md']
  const paths = await Array.fromAsync(glob(globs, { cwd: repositoryRoot }))
  const found = await Promise.all(paths.toSorted().map(readPage))
  return new Map(found.map((page) => [page.path, page]))
}

/** The scripts of package.json. */
export async function readScripts(): Promise<Readonly<Record<string, string>>> {
  const text = await readFile(join(repositoryRoot, 'package.json'), 'utf8')
  return z.object({ scripts: z.record(z.string(), z.string()) }).parse(JSON.parse(text)).scripts
}
