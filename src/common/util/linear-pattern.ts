/** Largest pattern in characters, and largest compiled program: matching visits each instruction once per character. */
const MAX_PATTERN = 1000;
const MAX_PROGRAM = 2000;

/** One step of a program: consumes a character, checks a position, or continues at several steps. */
type Step =
  | { kind: 'character'; test: RegExp }
  | { kind: 'assertion'; holds: (text: readonly string[], at: number) => boolean }
  | { kind: 'split'; targets: number[] };

/** An escape, or any other single character. */
const ATOM = /\\(?:[pPu]\{[^}]*\}|u[\da-f]{4}|x[\da-f]{2}|c[a-z]|.)|[^]/iuy;
const QUANTIFIER = /(?:([*+?])|\{(\d+)(?:(,)(\d*))?\})\??/uy;

/**
 * A test for a regular expression (Unicode mode) in linear time, however the pattern is written: all alternatives are
 * followed at once (Thompson's construction) instead of one after the other.
 * @throws SyntaxError for an invalid or too large pattern, and for lookarounds and back references.
 */
export function linearPattern(pattern: string): (text: string) => boolean {
  if (pattern.length > MAX_PATTERN) throw new SyntaxError('The pattern is too long');
  void new RegExp(pattern, 'u');
  const program = new Compiler(pattern).compile();
  return (text) => matches(program, [...text]);
}

/** Compiles a syntactically valid pattern. */
class Compiler {
  private readonly program: Step[] = [];
  private at = 0;

  constructor(private readonly pattern: string) {}

  compile(): readonly Step[] {
    this.alternatives();
    return this.program;
  }

  private alternatives(): void {
    const ends: { targets: number[] }[] = [];
    for (;;) {
      const from = this.program.length;
      this.sequence();
      if (!this.take('|')) break;
      const branch = this.program.splice(from);
      this.add({ kind: 'split', targets: [from + 1, from + branch.length + 2] });
      this.append(branch, from);
      ends.push(this.add({ kind: 'split', targets: [] }));
    }
    for (const end of ends) end.targets.push(this.program.length);
  }

  private sequence(): void {
    while (this.at < this.pattern.length && !'|)'.includes(this.pattern.charAt(this.at))) this.term();
  }

  private term(): void {
    const start = this.program.length;
    this.atom();
    const quantifier = this.read(QUANTIFIER);
    if (!quantifier) return;
    const [, sign, least, comma, most] = quantifier;
    const min = sign ? Number(sign === '+') : Number(least);
    const max = sign === '?' ? 1 : sign || (comma && !most) ? Infinity : Number(most ?? least);
    const body = this.program.splice(start);
    if (body.length > 0) this.repeat(body, start, { min, max });
  }

  private repeat(body: readonly Step[], origin: number, { min, max }: { min: number; max: number }): void {
    for (let count = 0; count < min; count++) this.append(body, origin);
    const last = this.program.length - body.length;
    if (max !== Infinity) for (let count = min; count < max; count++) this.appendOptional(body, origin, 0);
    else if (min > 0) this.add({ kind: 'split', targets: [last, this.program.length + 1] });
    else {
      const loop = this.program.length;
      this.appendOptional(body, origin, 1);
      this.add({ kind: 'split', targets: [loop] });
    }
  }

  /** Appends steps that may be skipped, together with `more` steps after them. */
  private appendOptional(steps: readonly Step[], origin: number, more: number): void {
    const next = this.program.length + 1;
    this.add({ kind: 'split', targets: [next, next + steps.length + more] });
    this.append(steps, origin);
  }

  /** Appends copies of steps that were compiled for the index `origin`. */
  private append(steps: readonly Step[], origin: number): void {
    const offset = this.program.length - origin;
    for (const step of steps)
      this.add(step.kind === 'split' ? { ...step, targets: step.targets.map((target) => target + offset) } : step);
  }

  private atom(): void {
    if (this.take('(')) return this.group();
    if (this.take('^')) return void this.add({ kind: 'assertion', holds: (_, at) => at === 0 });
    if (this.take('$')) return void this.add({ kind: 'assertion', holds: (text, at) => at === text.length });
    const source = this.pattern.charAt(this.at) === '[' ? this.characterClass() : (this.read(ATOM)?.[0] ?? '');
    if (source === '\\b' || source === '\\B')
      return void this.add({ kind: 'assertion', holds: (text, at) => isBoundary(text, at) === (source === '\\b') });
    this.add({ kind: 'character', test: new RegExp(`^${source}$`, 'u') });
  }

  private group(): void {
    if (this.take('?') && !this.take(':')) throw new SyntaxError('Lookarounds and named groups are not supported');
    this.alternatives();
    this.at++;
  }

  private characterClass(): string {
    const start = this.at;
    while (this.pattern.charAt(this.at) !== ']') this.at += this.pattern.charAt(this.at) === '\\' ? 2 : 1;
    return this.pattern.slice(start, ++this.at);
  }

  private take(sign: string): boolean {
    const isNext = this.pattern.charAt(this.at) === sign;
    if (isNext) this.at++;
    return isNext;
  }

  private read(expression: RegExp): RegExpExecArray | null {
    expression.lastIndex = this.at;
    const found = expression.exec(this.pattern);
    if (found) this.at = expression.lastIndex;
    return found;
  }

  private add<S extends Step>(step: S): S {
    if (this.program.length >= MAX_PROGRAM) throw new SyntaxError('The pattern is too large');
    this.program.push(step);
    return step;
  }
}

function matches(program: readonly Step[], text: readonly string[]): boolean {
  let active = new Set<number>();
  for (let at = 0; at <= text.length; at++) {
    active.add(0);
    const consuming: RegExpStep[] = [];
    for (const index of active) {
      const step = program[index];
      if (!step) return true;
      if (step.kind === 'character') consuming.push([step.test, index + 1]);
      else if (step.kind === 'split') step.targets.forEach((target) => active.add(target));
      else if (step.holds(text, at)) active.add(index + 1);
    }
    const character = text[at] ?? '';
    active = new Set(consuming.filter(([test]) => at < text.length && test.test(character)).map(([, next]) => next));
  }
  return false;
}

type RegExpStep = [test: RegExp, next: number];

const isWord = (character: string | undefined): boolean => character !== undefined && /^\w$/.test(character);
const isBoundary = (text: readonly string[], at: number): boolean => isWord(text[at - 1]) !== isWord(text[at]);
