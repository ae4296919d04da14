/** Shade of a ward by its count: 0 for none, then four steps that part the wards that have any into equal groups. */
export function levelsOf(counts: readonly number[]): (count: number) => 0 | 1 | 2 | 3 | 4 {
  const some = counts.filter((count) => count > 0).sort((a, b) => a - b)
  return (count) => {
    if (count <= 0 || some.length === 0) return 0
    const below = some.filter((other) => other < count).length
    return (1 + Math.min(3, Math.floor((below * 4) / some.length))) as 1 | 2 | 3 | 4
  }
}
