import type { Play } from './stage.ts';

const refused =
  (path: string, body: string, headers: Record<string, string> = {}): Play =>
  (stage) =>
    stage.refused('academy', path, body, headers);

const many = Array.from({ length: 1001 }, (_, index) => ({ id: index + 1 }));
const multipart = { 'content-type': 'multipart/form-data; boundary=b' };
const SEATS = '/?aal_updateteam=HANDSHAKE&teamId=crew';
const FIRST = '… cannot be done as it was sent. … ';

/** What is refused at a site's door, and recorded. */
export const atTheDoor: Record<string, Play> = {
  'The body is neither form fields, JSON nor multipart: check what the sender is set to send.': refused(
    '/?aal_genpass=HANDSHAKE',
    '<contact/>',
  ),
  'The multipart body cannot be read: its parts or its boundary are broken.': refused(
    '/?aal_genpass=HANDSHAKE',
    '--b\r\ncontent-disposition: form-data\r\n',
    multipart,
  ),
  [`${FIRST}contact: no contact id found; send it as one of …`]: refused('/?aal_genpass=HANDSHAKE', ''),
  [`${FIRST}contact: … of the contact ids cannot be one: …`]: refused(
    '/?aal_genpass=HANDSHAKE',
    'id=%25ID%25',
  ),
  [`${FIRST}contact: … contacts in one webhook; 1000 at most`]: refused(
    '/?aal_genpass=HANDSHAKE',
    JSON.stringify({ object_keys: many }),
  ),
  [`${FIRST}teamId: is required`]: refused('/?aal_initiateteam=HANDSHAKE', 'id=1'),
  [`${FIRST}change: must …`]: refused(SEATS, 'id=1&change=many'),
  'The contacts of this site are in …, not in …: …': refused('/events/keap/HANDSHAKE', '{}'),
  'This event is not about contacts: its hook does nothing here, remove it.': (stage) =>
    stage.refused(
      'guild',
      '/events/keap/HANDSHAKE',
      JSON.stringify({ event_key: 'order.add', object_type: 'order', object_keys: [{ id: 1 }] }),
    ),
};
