import { TOKEN_ENCODINGS, TOKEN_WINDOW, tokensOf, type TokenEncoding } from '../../../common/util/token-encodings';
import { countCodePoints, countLines, isInsidePair, type Piece, type TextSplitter } from './piece';

const SPACE = /\s/;

/** A place between characters: tokens and code units before it. */
interface Boundary {
  tokens: number;
  position: number;
}

export const isKnownEncoding = (name: string): name is keyof typeof TOKEN_ENCODINGS =>
  Object.hasOwn(TOKEN_ENCODINGS, name);

/** Loads the encoding, which takes some 100 ms. */
export async function openTokenSplitter(encoding: string, size: number, overlap: number): Promise<TokenSplitter> {
  if (!isKnownEncoding(encoding)) throw new Error('Unknown token encoding');
  return new TokenSplitter(await TOKEN_ENCODINGS[encoding](), size, overlap);
}

/** Windows of `size` tokens that advance by `size - overlap`. A character of several tokens stays whole. */
class TokenSplitter implements TextSplitter {
  /** Not encoded yet. */
  private pending = '';
  /** From the start of the current piece. */
  private text = '';
  private boundaries: Boundary[] = [{ tokens: 0, position: 0 }];
  /** Code points and lines before `text`. */
  private offset = 0;
  private line = 0;

  constructor(
    private readonly encoding: TokenEncoding,
    private readonly size: number,
    private readonly overlap: number,
  ) {}

  push(text: string): Piece[] {
    this.pending += text;
    const pieces: Piece[] = [];
    let start = 0;
    while (this.pending.length - start > 2 * TOKEN_WINDOW) {
      const end = cutAt(this.pending, start, start + TOKEN_WINDOW);
      this.encode(this.pending.slice(start, end));
      start = end;
      for (let piece = this.take(false); piece; piece = this.take(false)) pieces.push(piece);
    }
    this.pending = this.pending.slice(start);
    return pieces;
  }

  end(): Piece[] {
    for (let start = 0, end; start < this.pending.length; start = end) {
      end = cutAt(this.pending, start, start + TOKEN_WINDOW);
      this.encode(this.pending.slice(start, end));
    }
    this.pending = '';
    const pieces: Piece[] = [];
    for (let piece = this.take(true); piece; piece = this.take(true)) pieces.push(piece);
    return pieces;
  }

  private encode(text: string): void {
    const last = this.boundaries.at(-1) ?? { tokens: 0, position: 0 };
    const boundary = { ...last };
    const tokens = tokensOf(this.encoding, text);
    function* counted() {
      for (const token of tokens) {
        boundary.tokens += 1;
        yield token;
      }
    }
    for (const characters of this.encoding.decodeGenerator(counted())) {
      boundary.position += characters.length;
      if (characters !== '') this.boundaries.push({ ...boundary });
    }
    this.text += text;
  }

  /** The next piece, when its tokens are there or no more will come. */
  private take(isLast: boolean): Piece | undefined {
    const last = this.boundaries.length - 1;
    const total = this.tokensAt(last) - this.tokensAt(0);
    const isRest = total <= this.size;
    if (last === 0 || (isRest && !isLast)) return undefined;
    const limit = this.tokensAt(0) + this.size;
    const end = isRest ? last : Math.max(1, this.lastWithin(limit));
    const piece = { text: this.text.slice(0, this.lengthTo(end)), start: this.offset, line: this.line };
    this.drop(isRest ? last : Math.min(end, this.firstFrom(limit - this.overlap)));
    return piece;
  }

  private tokensAt(index: number): number {
    return this.boundaries[index]?.tokens ?? 0;
  }

  /** Code units from the start of the piece. */
  private lengthTo(index: number): number {
    return (this.boundaries[index]?.position ?? 0) - (this.boundaries[0]?.position ?? 0);
  }

  private lastWithin(tokens: number): number {
    const index = this.boundaries.findIndex((boundary) => boundary.tokens > tokens);
    return (index === -1 ? this.boundaries.length : index) - 1;
  }

  private firstFrom(tokens: number): number {
    return Math.max(
      1,
      this.boundaries.findIndex((boundary) => boundary.tokens >= tokens),
    );
  }

  /** Makes a boundary the start. */
  private drop(index: number): void {
    const length = this.lengthTo(index);
    this.offset += countCodePoints(this.text, 0, length);
    this.line += countLines(this.text, 0, length);
    this.text = this.text.slice(length);
    this.boundaries.splice(0, index);
  }
}

/** The end of a window: in front of white space, when there is some in its second half. */
function cutAt(text: string, start: number, end: number): number {
  if (end >= text.length) return text.length;
  for (let at = end; at > start + TOKEN_WINDOW / 2; at--)
    if (SPACE.test(text.charAt(at)) && !SPACE.test(text.charAt(at - 1))) return at;
  return isInsidePair(text, end) ? end - 1 : end;
}
