import type { Device } from '#shared/devices/device.ts'

/** How far a device has come on its way out; the words are `admin.devices.state.*`. */
export type DeviceState =
  | 'active' | 'disabledWaiting' | 'disabledWiped' | 'waiting' | 'surrendered' | 'wiped' | 'stolenWaiting' | 'stolenWiped'

/** What the office should know first: that it waits for the phone, what came, or that nothing is left. */
export function deviceState({ status, person, surrendered, wipedAt }: Device): DeviceState {
  if (status === 'stolen') return wipedAt === null ? 'stolenWaiting' : 'stolenWiped'
  if (status === 'revoked') return wipedAt !== null ? 'wiped' : surrendered > 0 ? 'surrendered' : 'waiting'
  return { active: 'active', disabled: 'disabledWaiting', gone: 'disabledWiped' }[person] as DeviceState
}
