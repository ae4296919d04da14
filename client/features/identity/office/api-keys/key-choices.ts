/** Lives of a secret that the page offers, in days; the server takes any up to a year. */
export const dayChoices = [7, 30, 90, 366] as const

/** How long the old secret is taken beside the new one, in hours. */
export const overlapChoices = [0, 1, 24, 168, 720] as const
