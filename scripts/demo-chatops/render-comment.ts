import { Marked } from 'marked'

/** What of HTML is left as it is; GitHub admits more, cards need no more. Never with an attribute. */
const admittedTags = /&lt;(\/?(?:details|summary|sub|code|br))&gt;/g

const marked = new Marked({
  gfm: true,
  renderer: {
    html: ({ text }) => keepAdmitted(text),
    image: ({ text }) => escapeHtml(text),
    link({ href, tokens }) {
      const words = this.parser.parseInline(tokens)
      return /^(?:https?:\/\/|#)/.test(href) ? `<a href="${escapeHtml(href)}">${words}</a>` : words
    },
  },
})

/** Markdown of a comment as HTML that runs nothing and fetches nothing, whatever it holds. */
export function renderComment(markdown: string): string {
  return marked.parse(markdown, { async: false })
}

/** HTML within Markdown: its comments are left out, its tags are shown as text but for a few. */
function keepAdmitted(html: string): string {
  return escapeHtml(html.replace(/<!--[\s\S]*?-->/g, '')).replace(admittedTags, '<$1>')
}

/** Foreign text as HTML text or as the value of an attribute; entities in it stay what they are. */
export function escapeHtml(text: string): string {
  return text
    .replace(/&(?!#\d{1,7};|[a-z]{2,8};)/gi, '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
