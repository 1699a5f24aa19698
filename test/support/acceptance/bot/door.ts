import type { BotScene } from '../../github/bot-scene.ts'
import type { Delivery } from '../../github/webhooks/outbox.ts'

/** One of the bot's doors, as a process of its committed bundle. */
export interface BotDoor {
  /** Login that it comments as. */
  readonly login: string
  /**
   * Hands a delivery over as GitHub does, and waits for its end.
   *
   * @returns whether the door says that all went well: a 2xx, or exit 0
   */
  deliver(delivery: Delivery, changes?: DeliveryChanges): Promise<boolean>
  /** Dies without notice, and comes up again with nothing remembered. */
  restart(): Promise<void>
  /** All that it has printed. */
  text(): string
  close(): Promise<void>
}

/** What a delivery is forged with. */
export interface DeliveryChanges {
  readonly secret?: string
  /** Instead of the delivery's own. */
  readonly event?: string
}

export type OpenDoor = (scene: BotScene) => Promise<BotDoor>

/** How the door is told where GitHub is. */
export function apiVariables({ github }: BotScene): Readonly<Record<string, string>> {
  const { host, pathname } = new URL(github.apiUrl)
  return pathname === '/'
    ? { GITHUB_API_URL: github.apiUrl }
    : { GHE_HOST: host, GHE_PROTOCOL: 'http' }
}
