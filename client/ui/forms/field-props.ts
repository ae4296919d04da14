/** What every form field is told. */
export interface FieldProps {
  /** Id of the control; give one where an error summary links to it. */
  id?: string | undefined
  label: string
  hint?: string | undefined
  error?: string | undefined
  optional?: boolean
}
