import { code, fact, type Report, type Text } from './report.ts'
import { reportMessage } from './report-message.ts'
import { reportWarnings } from './report-warnings.ts'
import type { FailureResult, Result } from './result.ts'

/** What every failure shows under its sentence: what to do, where it broke, where to read on. */
export function reportAdvice(result: Result | FailureResult): Report {
  if (result.ok) return []
  return [
    ...(result.hint === undefined ? [] : reportHint(result.hint)),
    {
      kind: 'facts',
      facts: [
        ...fact('Stage', result.stage),
        ...fact('Reason', code(result.reasonCode)),
        ...fact('More', { page: `troubleshooting.md#${result.reasonCode}` }),
      ],
    },
  ]
}

/** The doctor has a line for each check that failed. */
function reportHint(hint: string): Report {
  return hint.split('\n').map((line) => ({ kind: 'notice', tone: 'neutral', text: [line] }))
}

/** A command that ended before it had anything else to say. */
export function reportFailure(result: FailureResult): Report {
  return [
    { kind: 'title', tone: 'bad', text: nameFailure(result) },
    ...reportMessage(result.message),
    ...reportAdvice(result),
    ...reportWarnings(result.warnings),
  ]
}

function nameFailure({ stage, command }: FailureResult): Text {
  return stage === 'inputs' ? ['Nothing was done'] : ['Command ', code(command), ' failed']
}
