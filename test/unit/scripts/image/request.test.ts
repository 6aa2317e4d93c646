import { expect, test } from 'vitest'
import { imageRequest } from '../../../../scripts/image/request.ts'

test('an image is for amd64 where nothing else is asked for', () => {
  expect(imageRequest(['image'])).toEqual({
    folder: 'image',
    architectures: ['amd64'],
    debug: false,
  })
})

test('one image is for several architectures, and has a shell where that is asked for', () => {
  expect(imageRequest(['image', 'arm64', 'debug', 'amd64'])).toEqual({
    folder: 'image',
    architectures: ['amd64', 'arm64'],
    debug: true,
  })
})

test.each([
  [['image', 'amd64', 'riscv64'], 'no image can be made for riscv64: name amd64 or arm64'],
  [['image', 'windows'], 'no image can be made for windows: name amd64 or arm64'],
  [['image', '--debug'], 'no image can be made for --debug: name amd64 or arm64'],
  [[], 'usage: node scripts/image.ts FOLDER [amd64] [arm64] [debug]'],
  [['--help'], 'usage: node scripts/image.ts FOLDER [amd64] [arm64] [debug]'],
])('%j is refused in a sentence, before anything is made', (words, sentence) => {
  expect(() => imageRequest(words)).toThrow(new Error(sentence))
})
