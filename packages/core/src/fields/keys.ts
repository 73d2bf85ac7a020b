/**
 * Keys whose text is a secret, so that nobody judges, names or learns from it. Written without separators; a
 * key matches by its last whole words, in any case: `newPassword`, `access_token`, `X-Api-Key`, `_csrf`.
 *
 * `username` is not here: a name is public, and abuse in names is common. Nor are `secret`, `key`, `code`,
 * `hash` and `signature`: each is a comment's key somewhere.
 */
export const SECRET_KEYS: readonly string[] = Object.freeze([
  'password',
  'passwd',
  'pwd',
  'passphrase',
  'passcode',
  'passwordconfirm',
  'passwordconfirmation',
  'passwordrepeat',
  'token',
  'csrf',
  'xsrf',
  'csrfmiddlewaretoken',
  'jwt',
  'otp',
  'totp',
  'nonce',
  'captcha',
  'captcharesponse',
  'recaptcharesponse',
  'turnstileresponse',
  'authorization',
  'cookie',
  'sessionid',
  'apikey',
  'apisecret',
  'accesskey',
  'accesstoken',
  'clientsecret',
  'privatekey',
  'refreshtoken',
  'secretkey',
]);

/**
 * Keys whose text is an address. They match as {@link SECRET_KEYS} do, and in the plural. Only a text without
 * white space is passed over: a sentence under `url` is no URL, and is judged.
 */
export const ADDRESS_KEYS: readonly string[] = Object.freeze([
  'email',
  'emailaddress',
  'url',
  'uri',
  'href',
  'link',
  'website',
  'homepage',
  'domain',
  'hostname',
  'referer',
  'referrer',
  'ip',
  'ipaddress',
  'phone',
  'phonenumber',
]);

const secrets = new Set(SECRET_KEYS);
const addresses = new Set(ADDRESS_KEYS.flatMap((key) => [key, `${key}s`]));
const LONGEST_KEY = 64;
const MOST_WORDS = 3;

/** What a key says of the text under it. */
export function kindOfKey(key: string): 'secret' | 'address' | 'prose' {
  if (key.length > LONGEST_KEY) return 'prose';
  const words = wordsOf(key);
  let joined = '';
  // The last word is the noun: `userEmail` is an address, `emailBody` is a text.
  for (const word of words.slice(-MOST_WORDS).reverse()) {
    joined = word + joined;
    if (secrets.has(joined)) return 'secret';
    if (addresses.has(joined)) return 'address';
  }
  return 'prose';
}

function wordsOf(key: string): string[] {
  const words = key
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]/u)
    .map(withoutNumber)
    .filter((word) => word !== '');
  return words;
}

/** `password2` and `url_1` speak of the same thing as the first one does. */
function withoutNumber(word: string): string {
  let end = word.length;
  while (end > 0 && word.charCodeAt(end - 1) >= 0x30 && word.charCodeAt(end - 1) <= 0x39) end--;
  return word.slice(0, end);
}
