import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'
import { aptGet, rootPrefix, works } from './apt-get.ts'

/** Names under which systems have it. */
const programs = ['chromium', 'google-chrome-stable', 'google-chrome', 'chromium-browser'] as const
/** The browser, and the fonts without which texts and marks would look like boxes. */
const packages = ['chromium', 'fonts-liberation', 'fonts-noto-color-emoji'] as const
const launchTimeoutMs = 60_000

/**
 * A Chromium without a window. Where there is none it is installed by apt, as root or with a sudo that asks nothing.
 *
 * @throws Error in one sentence where it cannot be had
 */
export async function launchChromium(): Promise<Browser> {
  const executablePath = (await findChromium()) ?? (await installChromium())
  return await chromium.launch({
    executablePath,
    timeout: launchTimeoutMs,
    // Chromium refuses to start as root with its sandbox.
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  })
}

async function findChromium(): Promise<string | undefined> {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')
  const paths = programs.flatMap((name) => folders.map((folder) => join(folder, name)))
  for (const path of paths) {
    // Some systems have a script of this name that only says where to get it.
    if (existsSync(path) && (await works(path, ['--version']))) return path
  }
  return undefined
}

async function installChromium(): Promise<string> {
  const root = await rootPrefix()
  if (root !== undefined) {
    await aptGet(root, 'Chromium', ['update'])
    await aptGet(root, 'Chromium', ['install', '-y', '--no-install-recommends', ...packages])
  }
  const path = await findChromium()
  if (path !== undefined) return path
  throw new Error(
    'Cannot start Chromium: it is not installed, expected one of chromium and google-chrome on the PATH (Debian: sudo apt-get install chromium fonts-liberation fonts-noto-color-emoji)',
  )
}
