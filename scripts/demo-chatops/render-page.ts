import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { escapeHtml, renderComment } from './render-comment.ts'

/** Something below an issue: a comment, or one line on what happened. */
export type Post =
  | {
      readonly kind: 'comment'
      readonly author: string
      readonly isBot: boolean
      readonly at: Date
      readonly isEdited: boolean
      readonly markdown: string
      readonly reactions: readonly string[]
    }
  | { readonly kind: 'event'; readonly markdown: string }

const style = readFileSync(join(import.meta.dirname, 'page.css'), 'utf8')

const emoji: Readonly<Record<string, string>> = {
  '+1': '👍',
  '-1': '👎',
  confused: '😕',
  eyes: '👀',
  rocket: '🚀',
}

/**
 * Posts as a page that looks like an issue on GitHub. It needs nothing but itself, and a browser that shows it may neither
 * run nor fetch anything.
 */
export function renderPage(posts: readonly Post[]): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>An issue</title>
<style>${style}</style>
<main>
${posts.map(renderPost).join('\n')}
</main>
</html>
`
}

function renderPost(post: Post): string {
  if (post.kind === 'event') return `<div class="event">${renderComment(post.markdown)}</div>`
  const { author, isBot, at, isEdited, markdown, reactions } = post
  const name = author.replace(/\[bot\]$/, '')
  const counts = reactions.map((content) => `<span>${emoji[content] ?? '❔'} 1</span>`).join('')
  return `<article>
<div class="avatar ${isBot ? 'bot' : ''}">${escapeHtml(name.slice(0, 1).toUpperCase())}</div>
<section>
<header><b>${escapeHtml(name)}</b>${isBot ? '<i>bot</i>' : ''} commented at ${at.toISOString().slice(11, 16)}${isEdited ? ' · edited' : ''}</header>
<div class="body">${renderComment(markdown)}</div>
${counts === '' ? '' : `<footer>${counts}</footer>`}
</section>
</article>`
}
