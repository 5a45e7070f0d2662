/** The port that an argument names, 0 for any. @throws Error when it names none */
export function parsePort(text: string): number {
  const port = Number(text);
  if (text.trim() === "" || !Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error("--port must be a port number.");
  return port;
}
