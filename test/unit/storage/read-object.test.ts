import { describe, expect, it } from 'vitest'
import { createVault } from '../../../action/storage/create-vault.ts'
import { createMemoryWorld, someId, unreachable } from './memory-world.ts'

const key = `shop/backups/${someId}/shop.sql.gz`
const text = 'The quick brown fox jumps over the lazy dog'

function open() {
  const world = createMemoryWorld()
  world.store.set(key, text)
  return { world, vault: createVault(world, { bucket: 'b', host: 'h', region: 'auto' }) }
}

async function readAll(source: AsyncIterable<Uint8Array>): Promise<string> {
  return Buffer.concat(await Array.fromAsync(source)).toString()
}

describe('vault.read', () => {
  it('reads the bytes', async () => {
    const { vault } = open()
    expect(await readAll(vault.read(key))).toBe(text)
  })

  it('reads an empty object without asking for it', async () => {
    const { world, vault } = open()
    world.store.set(key, '')
    expect(await readAll(vault.read(key))).toBe('')
  })

  it.each([0, 4, 20, 40])('goes on by range where it was cut at byte %i', async (at) => {
    const { world, vault } = open()
    let isCut = false
    world.store.onChunk = (start) => {
      if (start !== at || isCut) return
      isCut = true
      throw unreachable()
    }
    expect(await readAll(vault.read(key))).toBe(text)
    expect(isCut).toBe(true)
  })

  it('goes on where a body ends early without complaint', async () => {
    const { world, vault } = open()
    const { open: openObject } = world.store
    let opened = 0
    world.store.open = async (name, from, purpose) => {
      const object = await openObject(name, from, purpose)
      opened += 1
      if (opened > 1 || object === undefined || object === 'changed') return object
      const whole = object.body
      async function* begun() {
        for await (const chunk of whole) {
          yield chunk
          return
        }
      }
      return { ...object, body: begun() }
    }
    expect(await readAll(vault.read(key))).toBe(text)
    expect(opened).toBe(2)
  })

  it('gives up where it keeps being cut', async () => {
    const { world, vault } = open()
    world.store.onChunk = () => {
      throw unreachable()
    }
    await expect(readAll(vault.read(key))).rejects.toMatchObject({ code: 'download_failed' })
    const opened = world.store.calls.filter(({ operation }) => operation === 'open')
    expect(opened).toHaveLength(9)
  })

  it('never sews two objects together', async () => {
    const { world, vault } = open()
    let isChanged = false
    world.store.onChunk = (start) => {
      if (start < 8 || isChanged) return
      isChanged = true
      world.store.set(key, text.toUpperCase())
      throw unreachable()
    }
    await expect(readAll(vault.read(key))).rejects.toMatchObject({ code: 'download_failed' })
  })

  it('fails where there is no such object', async () => {
    const { vault } = open()
    await expect(readAll(vault.read(`${key}x`))).rejects.toMatchObject({ code: 'backup_corrupt' })
  })
})

describe('vault', () => {
  it('lists objects and uploads below the backups only', async () => {
    const { world, vault } = open()
    world.store.set('shop/manifest.json', '{}')
    world.store.set('shopping/backups/x', '')
    await world.store.startUpload('shop/probe/x', {}, { stage: 'check', doing: 'x' })
    await world.store.startUpload(key, {}, { stage: 'check', doing: 'x' })
    expect((await Array.fromAsync(vault.list())).map((object) => object.key)).toEqual([key])
    expect((await Array.fromAsync(vault.listUploads())).map((upload) => upload.key)).toEqual([key])
    await vault.abortUpload(key, 'upload-2')
    expect(world.store.uploads.size).toBe(1)
  })

  it('names bucket and host', () => {
    const { vault } = open()
    expect([vault.bucket, vault.endpoint]).toEqual(['b', 'h'])
  })
})
