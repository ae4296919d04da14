import { scalePhoto, type ScaledPhoto } from '#client/device/photos/photo-scaler.ts'

/** The photos made small, in order; null when one of the files is no photo that can be read. */
export async function scaleFiles(files: readonly File[]): Promise<ScaledPhoto[] | null> {
  const scaled: ScaledPhoto[] = []
  for (const file of files) {
    const result = await scalePhoto(file)
    if (result.state !== 'scaled') return null
    scaled.push(result.photo)
  }
  return scaled
}

/** Puts small photos in place of the chosen ones. Where that fails the files go as they are: the server judges them. */
export async function shrinkChosen(input: HTMLInputElement): Promise<void> {
  const photos = await scaleFiles([...(input.files ?? [])].slice(0, 3))
  if (!photos || typeof DataTransfer === 'undefined') return
  const transfer = new DataTransfer()
  photos.forEach((photo, at) => transfer.items.add(new File([photo.blob], `photo-${at + 1}.jpg`, { type: photo.type })))
  input.files = transfer.files
}
