/** Hands the files to the browser's downloads, from where the phone can share them. `now`: device clock, ms. */
export function saveFiles(files: readonly Blob[], now: number): void {
  const day = new Date(now).toISOString().slice(0, 16).replace(':', '')
  for (const [index, file] of files.entries()) {
    const link = document.createElement('a')
    link.href = URL.createObjectURL(file)
    link.download = `sampark-${day}${files.length > 1 ? `-${index + 1}` : ''}.sampark-rescue`
    link.click()
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
  }
}
