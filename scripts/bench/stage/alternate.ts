import { watchForeignCpu } from './foreign-cpu.ts'

/** Runs floor, ours, floor, ours ... `times` each. `note` is the share of the cores that other processes used meanwhile. */
export async function alternate<Floor, Ours>(
  times: number,
  parts: { floor: (run: number) => Promise<Floor>; ours: (run: number) => Promise<Ours> }
): Promise<{ floor: Floor[]; ours: Ours[]; note: string }> {
  const foreign = watchForeignCpu()
  const [floor, ours]: [Floor[], Ours[]] = [[], []]
  for (let run = 0; run < times; run += 1) {
    floor.push(await parts.floor(run))
    ours.push(await parts.ours(run))
  }
  return { floor, ours, note: `other processes ${foreign()} % of the cores` }
}
