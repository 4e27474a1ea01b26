/**
 * The forms in which a canary may turn up in a text: as it is, percent-encoded, in hex, and in base64 at any of
 * the three places where it can lie in a group of three bytes.
 */
function formsOf(canary: string): string[] {
  const base64 = [0, 1, 2].map((offset) => {
    const encoded = Buffer.from('_'.repeat(offset) + canary).toString('base64');
    const first = offset === 0 ? 0 : 4; // the first group holds bytes of what stood before
    return encoded.slice(first, encoded.length - 4); // and the last one of what comes after
  });
  return [canary, encodeURIComponent(canary), Buffer.from(canary).toString('hex'), ...base64];
}

/**
 * The texts that hold a canary in any form, in any case.
 * @param canary ten characters at least: of a shorter one base64 leaves so few that they come by chance
 */
export function findCanary(canary: string, texts: readonly string[]): string[] {
  const forms = formsOf(canary).map((form) => form.toLowerCase());
  return texts.filter((each) => forms.some((form) => each.toLowerCase().includes(form)));
}
