/** The lines of a body as they arrive, without empty ones. */
export async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.getReader();
  const letters = new TextDecoder();
  let held = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      held += done ? letters.decode() : letters.decode(value, { stream: true });
      const lines = held.split('\n');
      held = done ? '' : (lines.pop() ?? '');
      yield* lines.filter((line) => line.trim());
      if (done) return;
    }
  } finally {
    // Whoever stops reading ends the request too.
    await reader.cancel().catch(() => undefined);
  }
}
