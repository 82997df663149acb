import { asString, isJsonObject, type JsonObject } from '../../common/util/json';

const LEVELS: Record<string, string> = { 10: 'TRACE', 20: 'DEBUG', 30: 'INFO ', 40: 'WARN ', 50: 'ERROR', 60: 'FATAL' };

/** A pino destination that writes readable lines: time, level, context, message, and the stack of an error. */
export function consoleLines(output: { write(text: string): unknown }): { write(line: string): void } {
  return { write: (line) => void output.write(toConsoleLine(JSON.parse(line) as JsonObject)) };
}

export function toConsoleLine(entry: JsonObject): string {
  const time = new Date(Number(entry.time)).toTimeString().slice(0, 8);
  const context = typeof entry.context === 'string' ? `[${entry.context}] ` : '';
  const { err } = entry;
  const stack = isJsonObject(err) ? `\n${String(err.stack ?? err.message)}` : '';
  return `${time} ${LEVELS[String(entry.level)] ?? ''} ${context}${messageOf(entry)}${stack}\n`;
}

function messageOf({ method, url, statusCode, ms, msg }: JsonObject): string {
  return method === undefined ? (asString(msg) ?? '') : [method, url, statusCode, ms, 'ms'].map(String).join(' ');
}
