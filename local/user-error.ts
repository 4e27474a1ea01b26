/** Something that the person at the keyboard can put right: its message is shown alone, without a stack trace. */
export class UserError extends Error {
  override readonly name: string = 'UserError';
}
