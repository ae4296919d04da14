/** One thing to mend in a form: the id of its control, and the same words as beside the control. */
export interface FieldError {
  readonly fieldId: string
  readonly message: string
}
