/** Width and height in pixels. */
export interface PhotoSize {
  readonly width: number
  readonly height: number
}
