/** Two ends of a connection that somebody stands in the middle of. */
import type { Socket } from 'node:net'

/** What one end sends, the other gets; with one of them the other goes. Both are in `open` until then. */
export function passOn(client: Socket, upstream: Socket, open: Set<Socket>): void {
  for (const [socket, other] of [
    [client, upstream],
    [upstream, client],
  ] as const) {
    open.add(socket)
    socket.pipe(other)
    socket.on('error', () => other.destroy())
    socket.on('close', () => {
      open.delete(socket)
      other.destroy()
    })
  }
}
