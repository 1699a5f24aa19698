import type { Report } from './report.ts'

/** What a result says, a paragraph for each line: a message of several lines is a list of sentences. */
export function reportMessage(message: string): Report {
  return message.split('\n').map((line) => ({ kind: 'paragraph', text: [line] }))
}
