/**
 * What workerd answers by itself, before any of our code runs, as seen on 2026-11-02: it cannot carry our envelope and
 * is not sent by the fuzzer. Cloudflare's own edge refuses all of it earlier.
 */
export const PLATFORM_ANSWERS: readonly { readonly request: string; readonly answer: string }[] = [
  { request: "a method in lower case or unknown to it", answer: "501, text" },
  { request: "CONNECT", answer: "500, text" },
  { request: "no Host header, or an empty one", answer: "400, text" },
  { request: "obs-fold, a header without a colon, with a space in its name, with NUL or a bare CR", answer: "400, text" },
  { request: "`Transfer-Encoding : chunked`, `xchunked`", answer: "400, text" },
  { request: "two different content lengths, or one that is not a number", answer: "400, text" },
  { request: "content length and chunked together", answer: "the length is dropped, the connection closed after one response" },
  { request: "HTTP/0.9, HTTP/2 in clear text, TLS bytes", answer: "400, text, or closed" },
  { request: "a URL of 64 KB or more, a head of more than 400 KB to 1 MB", answer: "414 or 431, text" },
  { request: "bytes that are not UTF-8 in the path or the Host header", answer: "400, text" },
  { request: "a path with a space, or a URI that is neither absolute nor begins with `/`", answer: "400, text" },
];
