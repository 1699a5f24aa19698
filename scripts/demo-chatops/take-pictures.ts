import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { launchChromium } from '../../test/support/launch-chromium.ts'
import { type Post, renderPage } from './render-page.ts'

const viewport = { width: 862, height: 600 }

/**
 * Writes each picture as a page and as an image of it.
 *
 * @param folder made where it is not there
 */
export async function takePictures(
  folder: string,
  pictures: ReadonlyMap<string, readonly Post[]>,
): Promise<void> {
  const browser = await launchChromium()
  try {
    const page = await browser.newPage({ viewport, deviceScaleFactor: 1 })
    for (const [name, posts] of pictures) {
      const html = renderPage(posts)
      const path = join(folder, name)
      await mkdir(dirname(path), { recursive: true })
      await writeFile(`${path}.html`, html)
      await page.setContent(html)
      await page.locator('main').screenshot({ path: `${path}.png` })
    }
  } finally {
    await browser.close()
  }
}
