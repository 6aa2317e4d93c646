/** Watches on the wire: one line of JSON an event, bookmarks, and an end in time. */
import type { ServerResponse } from 'node:http'
import type { Cluster } from '../cluster.ts'
import type { Resource } from '../resource.ts'
import { filterOf } from './list.ts'
import type { Media } from './media.ts'
import { renderer } from './render.ts'
import type { RequestInfo } from './request-info.ts'
import { startWatch } from './watch.ts'

export interface StreamRequest {
  info: RequestInfo
  resource: Resource
  media: Media
}

export interface Streams {
  /** Answers a watch; the stream ends with its timeout, its client or `endAll`. */
  open(response: ServerResponse, request: StreamRequest): void
  /** Ends every stream, as a server that restarts. */
  endAll(): void
}

const defaultTimeoutSeconds = 1800

/** Offers each watch a bookmark at this interval. */
export function createStreams(cluster: Cluster, bookmarkIntervalMs: number): Streams {
  const ends = new Set<() => void>()

  function open(response: ServerResponse, { info, resource, media }: StreamRequest): void {
    const { query, namespace, name } = info
    const filter = filterOf(query, namespace, name)
    const render = renderer(cluster, { resource, media, info })
    // What is sent while the watch starts waits here: a refusal must still find a clean answer.
    const waiting: string[] = []
    let failed = false
    const send = (event: { type: string; object: unknown }) => {
      const line = `${JSON.stringify(event)}\n`
      if (response.headersSent) response.write(line)
      else waiting.push(line)
      failed ||= event.type === 'ERROR'
    }
    const watch = startWatch(cluster, { resource, filter, query, render, send })
    response.writeHead(200, { 'content-type': 'application/json' })
    response.flushHeaders()
    for (const line of waiting) response.write(line)
    if (failed) {
      response.end()
      return
    }

    const timeoutMs = (Number(query.get('timeoutSeconds')) || defaultTimeoutSeconds) * 1000
    const bookmarks = setInterval(() => watch.bookmark(), bookmarkIntervalMs)
    const timeout = setTimeout(() => {
      watch.bookmark()
      end()
    }, timeoutMs)
    const end = () => {
      clearInterval(bookmarks)
      clearTimeout(timeout)
      watch.stop()
      ends.delete(end)
      response.end()
    }
    ends.add(end)
    response.once('close', end)
  }

  return {
    open,
    endAll() {
      for (const end of [...ends]) end()
    },
  }
}
