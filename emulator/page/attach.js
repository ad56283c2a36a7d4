// The inputs that a person sends without writing, and that a bot did not
// always ask for.

import { t } from './text.js';

const RIOHACHA = { latitude: 11.5444, longitude: -72.9072 };

// attachItems returns the entries of the attach menu of chat.
export function attachItems(chat) {
  const send = (body) => () => chat.send(body);
  return [
    { label: t('kind_photo'), icon: 'photo', run: send({ photo: {} }) },
    { label: t('kind_document'), icon: 'file', run: send({ document: { file_name: t('sample_file'), mime_type: 'application/pdf' } }) },
    { label: t('kind_voice'), icon: 'mic', run: send({ voice: { duration: 7 } }) },
    { label: t('kind_location'), icon: 'pin', run: send({ location: RIOHACHA }) },
    { label: t('kind_contact'), icon: 'contact', run: send({ contact: {} }) }, // the emulator knows the person's number
    { label: t('kind_sticker'), icon: 'sticker', run: send({ sticker: { emoji: '\u{1F331}' } }) },
  ];
}
