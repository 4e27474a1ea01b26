/** What a site finds in a webhook's body. */
export type Sent = {
  contactId: string | undefined;
  /** The number that a test puts into each body it sends: the field `seq`. */
  seq: number | undefined;
};

const CONTACT_NAMES = ['contact[id]', 'subscriber[id]', 'contactId', 'contact_id', 'Id', 'id'];

/** Reads a form or JSON, whatever its content type says; what is neither has nothing in it. */
export function readSent(body: string): Sent {
  const look = lookUpIn(body);
  const seq = look('seq');
  return {
    contactId: CONTACT_NAMES.map(look).find((id) => id !== undefined),
    seq: seq === undefined ? undefined : Number(seq),
  };
}

/** Finds values by the names they have in a form, where brackets lead inwards. */
function lookUpIn(body: string): (name: string) => string | undefined {
  const json = asJson(body);
  if (json === undefined) {
    const form = new URLSearchParams(body.trim());
    return (name) => form.get(name) ?? undefined;
  }
  return (name) => {
    const keys = name.split(/[[\]]/).filter((key) => key !== '');
    const value = keys.reduce<unknown>(
      (inner, key) => (inner as Record<string, unknown> | null | undefined)?.[key],
      json,
    );
    return value === undefined || value === null ? undefined : String(value);
  };
}

function asJson(body: string): unknown {
  if (!body.startsWith('{')) return undefined;
  try {
    return JSON.parse(body);
  } catch {
    return undefined; // a form may begin with a brace
  }
}
