/** Bytes of a well-formed text in UTF-8: what a decoder has produced, so surrogates stand in pairs. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    // A surrogate is half of a four-byte character, any other unit from U+0800 on is a three-byte one.
    if (code >= 0x80) bytes += code < 0x800 || (code >= 0xd800 && code <= 0xdfff) ? 1 : 2;
  }
  return bytes;
}
