/** A name that its bearer knows again and nobody else learns: the first letter of each word, as in `T••• Z•••`. Any script. */
export function maskName(name: string): string {
  const letters = new Intl.Segmenter('und', { granularity: 'grapheme' })
  const words = name.split(/\s/).filter((word) => word !== '')
  return words.map((word) => `${[...letters.segment(word)][0]?.segment ?? ''}•••`).join(' ')
}
