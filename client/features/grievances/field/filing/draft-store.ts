import type { GrievanceDraft } from './grievance-draft.ts'

/** Small facts kept in this person's own database on the device; durable when the promise resolves. */
export interface KeptSettings {
  setting<Value>(key: string): Promise<Value | null>
  putSetting(key: string, value: unknown): Promise<void>
}

/** Grievances being written, on this device only, in the database of the person who writes them. */
export interface DraftStore {
  /** The last written first. */
  list(): Promise<GrievanceDraft[]>
  save(draft: GrievanceDraft): Promise<void>
  /** The draft and its photos. */
  remove(grievanceId: string): Promise<void>
  photo(photoId: string): Promise<Blob | null>
  savePhoto(photoId: string, blob: Blob): Promise<void>
  removePhoto(photoId: string): Promise<void>
}

const listKey = 'grievance-drafts'
const photoKey = (photoId: string): string => `draft-photo:${photoId}`

/** Texts in one value, photos each in their own: a keystroke must not write a megabyte again. Writes keep their order. */
export function createDraftStore(settings: KeptSettings): DraftStore {
  let tail: Promise<unknown> = Promise.resolve()
  const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const result = tail.then(work, work)
    tail = result.catch(() => undefined)
    return result
  }
  const read = async (): Promise<GrievanceDraft[]> => (await settings.setting<GrievanceDraft[]>(listKey)) ?? []
  const others = async (grievanceId: string) => (await read()).filter((draft) => draft.grievanceId !== grievanceId)

  return {
    list: () => inTurn(read),
    save: (draft) =>
      inTurn(async () => {
        const plain = JSON.parse(JSON.stringify(draft)) as GrievanceDraft
        await settings.putSetting(listKey, [plain, ...(await others(draft.grievanceId))])
      }),
    remove: (grievanceId) =>
      inTurn(async () => {
        const gone = (await read()).find((draft) => draft.grievanceId === grievanceId)
        await settings.putSetting(listKey, await others(grievanceId))
        for (const photo of gone?.photos ?? []) await settings.putSetting(photoKey(photo.photoId), null)
      }),
    photo: (photoId) => settings.setting<Blob>(photoKey(photoId)),
    savePhoto: (photoId, blob) => settings.putSetting(photoKey(photoId), blob),
    removePhoto: (photoId) => settings.putSetting(photoKey(photoId), null)
  }
}
