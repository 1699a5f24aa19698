import type { NoticeKind } from './notice.ts'

/** How a kind of notice looks: a mark, so that colour is never the only sign, and a colour. */
export const noticeLooks: Readonly<
  Record<NoticeKind, { readonly mark: string; readonly colour: string; readonly word: string }>
> = {
  started: { mark: 'ℹ️', colour: '#0969da', word: 'Started' },
  succeeded: { mark: '✅', colour: '#1a7f37', word: 'Done' },
  flagged: { mark: '⚠️', colour: '#9a6700', word: 'Look at it' },
  failed: { mark: '❌', colour: '#cf222e', word: 'Failed' },
}
