/** A picture of a strip: `url` may be a blob address that the owner of the list revokes. `state` is a word such as "Saved on phone". */
export interface PhotoItem {
  readonly id: string
  readonly url: string
  readonly alt: string
  readonly state?: string
}
