import type { Probot } from 'probot'
import type { Answer, Delivery } from './ports.ts'

/** What the bot is told of; app.yml asks for the same. */
export const events = [
  'issue_comment',
  'workflow_run',
  'workflow_job',
  'deployment_review',
  'deployment_status',
] as const

/**
 * The Probot app: hands its events on. It uses nothing of Probot's own client, whose throttling serves
 * all installations one after the other and whose repeating may start a run twice.
 *
 * @param receive answers a delivery; rejects for a defect only
 */
export default function createApp(
  receive: (delivery: Delivery) => Promise<Answer>,
): (app: Probot) => void {
  return (app) => {
    app.on([...events], async ({ id, name, payload }) => {
      await receive({ id, event: name, payload })
    })
  }
}
