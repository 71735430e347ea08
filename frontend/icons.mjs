// Draw the icons of the installed app from our own mark: a wave, white on the accent, as PNG files.
import { deflateSync } from "node:zlib"

const ACCENT = [15, 110, 110]
const STEPS = 32
const CRC = Uint32Array.from({ length: 256 }, (_, byte) => {
  for (let bit = 0; bit < 8; bit++) byte = byte & 1 ? (byte >>> 1) ^ 0xedb88320 : byte >>> 1
  return byte
})

/** The bytes of a square icon; `room` is the share around the drawing, `round` that of the corners. */
export function icon(mark, size, { room = 0.16, round = 0.2 } = {}) {
  const points = outline(/ d="([^"]+)"/.exec(mark)[1]).map(([x, y]) => [((x / 24) * (1 - 2 * room) + room) * size, ((y / 24) * (1 - 2 * room) + room) * size])
  const half = ((Number(/stroke-width="([\d.]+)"/.exec(mark)[1]) / 24) * (1 - 2 * room) * size) / 2
  const rows = Buffer.alloc(size * (size * 4 + 1))
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      const ink = cover(half - distance(points, x + 0.5, y + 0.5))
      const pixel = ACCENT.map((shade) => Math.round(shade + (255 - shade) * ink))
      rows.set([...pixel, Math.round(255 * cover(inside(size, round * size, x + 0.5, y + 0.5)))], y * (size * 4 + 1) + 1 + x * 4)
    }
  return png(size, rows)
}

/** A path of M, h, c and s as a chain of short lines. */
function outline(path) {
  const points = []
  let [x, y, fromX, fromY] = [0, 0, 0, 0]
  for (const [, letter, rest] of path.matchAll(/([Mhcs])([^Mhcs]*)/g)) {
    const numbers = rest.match(/-?[\d.]+/g).map(Number)
    if (letter === "M") points.push(([x, y] = numbers))
    else if (letter === "h") points.push([(x += numbers[0]), y])
    const each = letter === "c" ? 6 : 4
    for (let at = 0; "cs".includes(letter) && at < numbers.length; at += each) {
      const part = numbers.slice(at, at + each)
      const [x1, y1, x2, y2, dx, dy] = letter === "c" ? part : [fromX, fromY, ...part]
      for (let step = 1; step <= STEPS; step++) points.push([x + bend(step / STEPS, x1, x2, dx), y + bend(step / STEPS, y1, y2, dy)])
      ;[x, y, fromX, fromY] = [x + dx, y + dy, dx - x2, dy - y2]
    }
  }
  return points
}

const bend = (t, one, two, end) => 3 * (1 - t) ** 2 * t * one + 3 * (1 - t) * t ** 2 * two + t ** 3 * end
const cover = (depth) => Math.min(Math.max(depth + 0.5, 0), 1)

function distance(points, x, y) {
  let least = Infinity
  for (let at = 1; at < points.length; at++) {
    const [ax, ay] = points[at - 1]
    const [dx, dy] = [points[at][0] - ax, points[at][1] - ay]
    const along = Math.min(Math.max(((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1), 0), 1)
    least = Math.min(least, Math.hypot(x - ax - along * dx, y - ay - along * dy))
  }
  return least
}

/** How deep a point lies in a square with round corners. */
function inside(size, corner, x, y) {
  const [dx, dy] = [x, y].map((one) => Math.abs(one - size / 2) - (size / 2 - corner))
  return corner - Math.hypot(Math.max(dx, 0), Math.max(dy, 0)) - Math.min(Math.max(dx, dy), 0)
}

function png(size, rows) {
  const head = Buffer.alloc(13)
  head.writeUInt32BE(size, 0)
  head.writeUInt32BE(size, 4)
  head.set([8, 6, 0, 0, 0], 8)
  return Buffer.concat([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), chunk("IHDR", head), chunk("IDAT", deflateSync(rows, { level: 9 })), chunk("IEND", Buffer.alloc(0))])
}

function chunk(name, content) {
  const named = Buffer.concat([Buffer.from(name), content])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(content.length)
  sum.writeUInt32BE((named.reduce((crc, byte) => CRC[(crc ^ byte) & 255] ^ (crc >>> 8), 0xffffffff) ^ 0xffffffff) >>> 0)
  return Buffer.concat([length, named, sum])
}
