import { describe, expect, it } from 'vitest'
import { drawMap } from './map-drawing.ts'

const square = {
  type: 'Polygon' as const,
  coordinates: [
    [
      [77, 12],
      [78, 12],
      [78, 13],
      [77, 13],
      [77, 12]
    ] as [number, number][]
  ]
}

describe('drawMap', () => {
  it('draws a place within its area, north up, with room at the edge', () => {
    const { areas, points } = drawMap(
      [{ id: 'w', label: 'Ward', geometry: square }],
      [
        { id: 'north', label: 'North', latitude: 12.9, longitude: 77.5 },
        { id: 'south', label: 'South', latitude: 12.1, longitude: 77.5 }
      ],
      { width: 600, height: 400 }
    )
    const [north, south] = points
    expect(north?.y).toBeLessThan(south?.y ?? 0)
    const numbers = (areas[0]?.path.match(/[\d.]+/g) ?? []).map(Number)
    const ys = numbers.filter((_value, index) => index % 2 === 1)
    expect(Math.min(...ys)).toBeGreaterThanOrEqual(20)
    expect(Math.max(...ys)).toBeLessThanOrEqual(380)
    expect(north?.y).toBeGreaterThan(Math.min(...ys))
  })

  it('draws nothing when there is nothing to show', () => {
    expect(drawMap([], [], { width: 10, height: 10 })).toEqual({ areas: [], points: [] })
  })
})
