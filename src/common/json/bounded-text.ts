/** Text decoded from chunks of bytes. When it exceeds the limit, nothing is stored. */
export class BoundedText {
  private parts: Uint8Array[] = [];
  private bytes = 0;

  constructor(private readonly maxBytes: number) {}

  add(part: Uint8Array): void {
    this.bytes += part.byteLength;
    if (this.bytes > this.maxBytes) this.parts = [];
    else if (part.byteLength > 0) this.parts.push(part);
  }

  /** Returns and clears the text; null when it exceeded the limit. */
  take(): string | null {
    const text = this.bytes > this.maxBytes ? null : Buffer.concat(this.parts).toString();
    this.parts = [];
    this.bytes = 0;
    return text;
  }

  /** The end of the text, at least `bytes` of it if available. */
  tail(bytes: number): string {
    const tail: Uint8Array[] = [];
    let length = 0;
    for (let at = this.parts.length - 1; at >= 0 && length < bytes; at--) {
      const part = (this.parts[at] as Uint8Array).subarray(-bytes);
      tail.unshift(part);
      length += part.byteLength;
    }
    return Buffer.concat(tail).toString();
  }
}
