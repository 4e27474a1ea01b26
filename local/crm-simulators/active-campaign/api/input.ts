import * as z from 'zod/mini';
import { idInput, textInput } from '../../input.ts';

/** Characters of a custom field's value. Unverified, as is that ActiveCampaign refuses what is longer. */
export const MAX_VALUE_LENGTH = 16_383;

const fieldValueInput = z.object({ field: idInput, value: textInput });

/** The member `contact` of POST and PUT /contacts and of /contact/sync. */
export const contactInput = z.object({
  contact: z.object({
    email: z.optional(z.string()),
    firstName: z.optional(textInput),
    lastName: z.optional(textInput),
    phone: z.optional(textInput),
    fieldValues: z.optional(z.array(fieldValueInput)),
  }),
});

export const fieldValueBody = z.object({
  fieldValue: z.object({
    contact: z.union([z.string(), z.number()]),
    field: z.union([z.string(), z.number()]),
    value: textInput,
  }),
});

export const contactTagBody = z.object({ contactTag: z.object({ contact: idInput, tag: idInput }) });

export const contactAutomationBody = z.object({
  contactAutomation: z.object({ contact: idInput, automation: idInput }),
});

export const tagBody = z.object({
  tag: z.object({ tag: z.string().check(z.minLength(1)), description: z.optional(z.string()) }),
});

/** Events of contacts and tags; the vendor has many more, which this account never has occasion for. */
const webhookInput = z.object({
  name: z.string(),
  url: z.url({ protocol: /^https?$/ }),
  events: z.array(z.string()).check(z.minLength(1)),
  sources: z.array(z.enum(['public', 'admin', 'api', 'system'])).check(z.minLength(1)),
});

export const webhookBody = z.object({ webhook: webhookInput });
export const webhookChanges = z.object({ webhook: z.partial(webhookInput) });
