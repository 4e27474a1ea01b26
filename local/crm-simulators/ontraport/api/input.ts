import * as z from 'zod/mini';
import { idInput, textInput } from '../../input.ts';

/** Ids separated by commas, or a list of them. */
const idListInput = z.pipe(
  z.union([idInput, z.array(idInput)]),
  z.transform((ids) =>
    String(ids)
      .split(',')
      .filter((id) => id !== ''),
  ),
);

const order = { objectID: z.literal([0, '0']), ids: z._default(idListInput, []) };

export const addTagsBody = z.object({ ...order, add_list: idListInput });
export const removeTagsBody = z.object({ ...order, remove_list: idListInput });
export const subscribeBody = z.object({
  ...order,
  add_list: idListInput,
  sub_type: z.literal('Automation'),
});

/** A contact's members by their names in the API. */
export const contactBody = z.record(z.string(), textInput);
