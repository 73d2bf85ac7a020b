/** The text of an answer, or `undefined` where it is longer than `most` bytes; no more than those are read. */
export async function readAtMost(response: Response, most: number): Promise<string | undefined> {
  if (response.body === null) return '';
  const decoder = new TextDecoder();
  let text = '';
  let length = 0;
  // Leaving the loop cancels the rest.
  for await (const bytes of response.body as unknown as AsyncIterable<Uint8Array>) {
    length += bytes.length;
    if (length > most) return undefined;
    text += decoder.decode(bytes, { stream: true });
  }
  return text + decoder.decode();
}
