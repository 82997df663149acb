import type { SandboxLanguage } from '../sandbox.types';

/** Lines that are looked at: a source tells its language early. */
const MAX_LINES = 400;
const MAX_LINE = 400;

const JAVASCRIPT = [
  /^\/[/*]/,
  /^["']use strict["'];?$/,
  /^#!.*\b(?:node|deno|bun|tsx)\b/,
  /^(?:export|const|let|var|function\*?|interface|enum|declare|namespace)\s/,
  /^type\s[^=]*=.*[;{|'\"]/,
  /^async\s+function\b/,
  /^import\s*["'{*(]/,
  /^import\s[^"';]*\bfrom\s*["']/,
  /^(?:abstract\s+)?class\b[^:#]*\{/,
  /^class\s+[\w$]+\s+extends\s/,
  /^(?:module\.)?exports\b/,
  /^(?:[{;]|\((?:async\b|function\b|\(\)))/,
  /^(?:if|for|while|switch|return|await|throw|new|try)\b.*[{;]$/,
  /^[\w$.]+(?:\(.*\)|\s*=[^=].*);$/,
];

const PYTHON = [
  /^[rbuf]{0,2}(?:"""|''')/i,
  /^#/,
  /^@[\w.]+/,
  /^(?:async\s+)?def\s/,
  /^class\s+\w+\s*(?:\(.*)?:?/,
  /^from\s+[\w.]+\s+import\b/,
  /^import\s+\w[\w.,\s]*(?:#.*)?$/,
  /^(?:if|for|while|with|try|else|elif|except|finally)\b.*:$/,
  /^(?:print|raise|pass|del|assert|global|nonlocal|lambda)\b/,
];

/**
 * The language of a source, which clients do not name: by the first line that only one of the two begins like. A source
 * without such a line is Python.
 */
export function languageOf(code: string): SandboxLanguage {
  for (const line of lines(code)) {
    if (JAVASCRIPT.some((pattern) => pattern.test(line))) return 'javascript';
    if (PYTHON.some((pattern) => pattern.test(line))) return 'python';
  }
  return 'python';
}

/** The first lines that are not empty, without indentation and shortened. */
function* lines(code: string): Generator<string, void> {
  let start = code.startsWith('\uFEFF') ? 1 : 0;
  for (let count = 0; start < code.length && count < MAX_LINES; count += 1) {
    const end = code.indexOf('\n', start);
    const line = code.slice(start, Math.min(end < 0 ? code.length : end, start + MAX_LINE)).trim();
    if (line !== '') yield line;
    if (end < 0) return;
    start = end + 1;
  }
}
