import { expect, test } from 'vitest'
import { createLogStream, type Sink } from '../../../../controller/tell/log-stream.ts'
import { createLogger } from '../../../../controller/tell/logger.ts'

/** A file whose writes end when the test says so. */
function given() {
  const written: string[] = []
  const pending: ((error?: Error) => void)[] = []
  let isDestroyed = false
  const sink: Sink = {
    write(text, done) {
      pending.push((error) => {
        if (!error) written.push(text)
        done(error)
      })
    },
    destroy() {
      isDestroyed = true
    },
  }
  return {
    written,
    sink,
    stream: createLogStream(sink, (lines) => `${lines} lost\n`),
    end: (error?: Error) => pending.shift()?.(error),
    isDestroyed: () => isDestroyed,
  }
}

test('lines are written in order, those that come meanwhile together', () => {
  const { stream, written, end } = given()
  for (const line of ['a\n', 'b\n', 'c\n']) stream.write(line)
  end()
  end()
  expect(written).toEqual(['a\n', 'b\nc\n'])
  expect(stream.dropped()).toBe(0)
})

test('what a full disk does not take is dropped, counted and told once there is room', () => {
  const { stream, written, end } = given()
  for (const line of ['a\n', 'b\n', 'c\n']) stream.write(line)
  end(new Error('ENOSPC'))
  end(new Error('ENOSPC'))
  expect(stream.dropped()).toBe(3)
  stream.write('d\n')
  end()
  stream.write('e\n')
  end()
  expect(written).toEqual(['3 lost\nd\n', 'e\n'])
})

test('of a pipe that nobody reads, no more than a megabyte waits', () => {
  const { stream, written, end } = given()
  const line = `${'x'.repeat(1_023)}\n`
  for (let n = 0; n < 3_000; n++) stream.write(line)
  expect(stream.dropped()).toBe(3_000 - 1_024 - 1)
  end()
  end()
  expect(written.join('').length).toBeGreaterThan(1_024 * 1_024)
})

test('the end waits for what is under way, and for a limited time only', async () => {
  const { stream, end, isDestroyed } = given()
  stream.write('a\n')
  await stream.end(0)
  expect(isDestroyed()).toBe(true)
  const other = given()
  other.stream.write('a\n')
  const ending = other.stream.end(600_000)
  other.end()
  await ending
  expect(other.written).toEqual(['a\n'])
  end()
})

test('no text begins a line of its own, or steers the terminal', () => {
  const { sink, written, end } = given()
  const { log } = createLogger({ level: 'info', encoding: 'console' }, sink)
  log.info({ why: 'x\u001b[31m\u202e' }, 'one\n2026 ERROR two\r\u001b]0;title\u0007')
  end()
  const text = written.join('')
  expect(text.split('\n')).toHaveLength(2)
  expect(text.replace(/[\t\n]/g, '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
  expect(text).toContain('one\\n2026 ERROR two\\u000d\\u001b]0;title\\u0007')
})
