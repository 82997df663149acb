import { tryParseJson } from '../../../common/json/parse-json';

/** Times that the JSON of one line is parsed: a line that is no JSON may look complete after every piece. */
const MAX_CHECKS = 20;
/** Characters that the end of the stream may have in earlier pieces. */
const TAIL = 20;

const OPENING: ReadonlySet<string> = new Set(['{', '[']);
const CLOSING: ReadonlySet<string> = new Set(['}', ']']);

/** The unfinished line of an event stream that arrives in pieces. The cost of a piece depends on its own length only. */
export class RelayedLine {
  /** Its last characters. */
  tail = '';
  private readonly pieces: string[] = [];
  private depth = 0;
  private isInString = false;
  private isEscaped = false;
  private checks = 0;
  private isChecked: boolean | undefined;

  get isOpen(): boolean {
    return this.pieces.length > 0;
  }

  /** False while the line breaks off within its JSON. */
  get isWhole(): boolean {
    if (this.depth > 0 || this.isInString) return false;
    this.isChecked ??= ++this.checks <= MAX_CHECKS && isEvent(this.pieces.join(''));
    return this.isChecked;
  }

  add(text: string): void {
    const rest = text.slice(text.lastIndexOf('\n') + 1);
    if (rest.length < text.length) this.clear();
    if (rest === '') return;
    this.pieces.push(rest);
    this.tail = (this.tail + rest).slice(-TAIL);
    this.isChecked = undefined;
    for (const character of rest) this.scan(character);
  }

  clear(): void {
    this.pieces.length = 0;
    this.tail = '';
    this.depth = 0;
    this.isInString = this.isEscaped = false;
    this.checks = 0;
  }

  private scan(character: string): void {
    if (this.isEscaped) this.isEscaped = false;
    else if (character === '"') this.isInString = !this.isInString;
    else if (this.isInString) this.isEscaped = character === '\\';
    else if (OPENING.has(character)) this.depth += 1;
    else if (CLOSING.has(character)) this.depth -= 1;
  }
}

function isEvent(line: string): boolean {
  const data = line.replace(/^data:/, '').trim();
  return data === '[DONE]' || tryParseJson(data) !== undefined;
}
