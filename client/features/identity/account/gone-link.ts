import type { ApiError } from '#client/http/api-error.ts'

/** The link was used, is over, or is none of ours. */
export const isGone = ({ code }: ApiError): boolean => code === 'gone' || code === 'invalid_request'
