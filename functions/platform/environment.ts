/**
 * Reads a variable that the stack sets for this function.
 * @throws where it is missing or blank, so that a wiring mistake shows at start and not in mid-webhook
 */
export function required(name: string): string {
  const value = process.env[name]?.trim();
  if (!value) throw new Error(`The environment variable ${name} is not set: deploy the stack again.`);
  return value;
}
