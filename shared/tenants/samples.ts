import { z } from 'zod'

/** Sample records that are in the office now, and what hangs on them. */
export const samplesSchema = z.object({
  households: z.int(),
  people: z.int(),
  grievances: z.int(),
  /** Steps, remarks, contacts and changes that people made on sample records: they go with them. */
  written: z.int(),
  /** Sample households in which people of the office's own were registered: they stay. */
  staying: z.int()
})
export type Samples = z.infer<typeof samplesSchema>

/** Body of `POST /api/v1/samples`: how many reports; households and people come with them. */
export const addSamplesSchema = z.strictObject({ grievances: z.int().min(12).max(60) })

/** Body of `POST /api/v1/samples/removal`: what `written` said when the person confirmed it. */
export const removeSamplesSchema = z.strictObject({ written: z.int().min(0) })
