import type { ApiClient } from '#client/http/api-client.ts'
import { ApiError } from '#client/http/api-error.ts'
import type { NewBlob } from '#client/local-store/outbox-row.ts'
import { uploadByTus, type UploadablePhoto } from './tus-upload.ts'

const attempts = 3

/**
 * Sends photos of an accepted command at once, for the office, which keeps nothing on the device. Never rejects: returns
 * those that did not get through, to be tried again with the same ids. One that the server refuses counts as sent.
 */
export async function uploadDirectly(api: ApiClient, blobs: readonly NewBlob[]): Promise<NewBlob[]> {
  const unsent: NewBlob[] = []
  for (const blob of blobs) {
    if (!(await uploadOne(api, blob))) unsent.push(blob)
  }
  return unsent
}

async function uploadOne(api: ApiClient, { photoId, blob }: NewBlob): Promise<boolean> {
  const photo: UploadablePhoto = { photoId, blob, size: blob.size, uploadUrl: null }
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    try {
      await uploadByTus(api, photo, async (change) => void Object.assign(photo, change))
      return true
    } catch (error) {
      if (error instanceof ApiError && error.status === 422) return true
    }
  }
  return false
}
