import type { IncomingMessage } from "node:http";

/** Does something for who asks. @param work gets a signal that is aborted when the caller's connection ends meanwhile */
export async function whileConnected<T>(
  { socket }: Pick<IncomingMessage, "socket">,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const gone = new AbortController();
  const onClose = () => gone.abort();
  socket.once("close", onClose);
  if (socket.destroyed) onClose();
  try {
    return await work(gone.signal);
  } finally {
    socket.off("close", onClose);
  }
}
