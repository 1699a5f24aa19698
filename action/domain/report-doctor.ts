import { formatCount } from './format-count.ts'
import type { Report, Tone } from './report.ts'
import { reportMessage } from './report-message.ts'
import { reportWarnings } from './report-warnings.ts'
import type { DoctorCheck, DoctorResult } from './result.ts'

const states = {
  ok: { tone: 'good', text: 'ok' },
  failed: { tone: 'bad', text: 'failed' },
  unknown: { tone: 'doubtful', text: 'unknown' },
  skipped: { tone: 'neutral', text: 'skipped' },
} as const satisfies Readonly<
  Record<DoctorCheck['state'], { readonly tone: Tone; readonly text: string }>
>

/** Check · state · what to do. */
export function reportDoctor(result: DoctorResult): Report {
  const { checks } = result
  const failed = checks.filter((check) => check.state === 'failed').length
  const unknown = checks.filter((check) => check.state === 'unknown').length
  const verdict = [
    ...(failed === 0 ? [] : [`${formatCount(failed, 'check')} failed`]),
    ...(unknown === 0 ? [] : [`${formatCount(unknown, 'check')} could not be made`]),
  ]
  const words = verdict.length === 0 ? 'ready for tonight' : verdict.join(', ')
  return [
    {
      kind: 'title',
      tone: failed > 0 || !result.ok ? 'bad' : unknown > 0 ? 'doubtful' : 'good',
      text: [`Doctor: ${words}`],
    },
    ...reportMessage(result.message),
    ...reportWarnings(result.warnings),
    {
      kind: 'table',
      columns: [
        { title: 'Check', isWhole: true },
        { title: 'State', isWhole: true },
        { title: 'Found', isProse: true },
        { title: 'What to do', isProse: true },
      ],
      rows: checks.map(({ name, state, text, advice }) => [
        [name],
        [states[state]],
        [text],
        advice === undefined ? [] : [advice],
      ]),
    },
  ]
}
