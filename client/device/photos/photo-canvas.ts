import type { PhotoSize } from './photo-size.ts'

/** JPEG everywhere: every old WebView encodes it, and the server re-encodes anyway. */
const ENCODED_TYPE = 'image/jpeg'

/** Decodes a picture upright. The caller closes the bitmap: a 12 megapixel one holds 48 MB. */
export function openBitmap(file: Blob): Promise<ImageBitmap> {
  return createImageBitmap(file, { imageOrientation: 'from-image' })
}

function drawScaled(
  context: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D | null,
  bitmap: ImageBitmap,
  size: PhotoSize
): void {
  if (!context) throw new Error('The device gave no canvas to scale the photo on.')
  context.fillStyle = '#ffffff'
  context.fillRect(0, 0, size.width, size.height)
  context.imageSmoothingQuality = 'high'
  context.drawImage(bitmap, 0, 0, size.width, size.height)
}

/** Draws `bitmap` at `size` on white (JPEG has no transparency) and encodes it; off screen where the device can. */
export async function encodeOnCanvas(bitmap: ImageBitmap, size: PhotoSize, quality: number): Promise<Blob> {
  if (typeof OffscreenCanvas !== 'undefined') {
    const canvas = new OffscreenCanvas(size.width, size.height)
    drawScaled(canvas.getContext('2d'), bitmap, size)
    return canvas.convertToBlob({ type: ENCODED_TYPE, quality })
  }
  const canvas = document.createElement('canvas')
  canvas.width = size.width
  canvas.height = size.height
  drawScaled(canvas.getContext('2d'), bitmap, size)
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => (blob ? resolve(blob) : reject(new Error('The device could not encode the photo.'))),
      ENCODED_TYPE,
      quality
    )
  })
}
