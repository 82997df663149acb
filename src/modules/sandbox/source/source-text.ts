/** As Python's `str.isidentifier()`. */
const IDENTIFIER = /^[\p{XIDS}_]\p{XIDC}*$/u;
const MAX_ID = 255;

/** Whether a string is a valid id of a tool or function: a Python identifier, in any script. */
export const isSourceId = (text: string): boolean => text.length <= MAX_ID && IDENTIFIER.test(text);

/** Older sources import the original's modules by names that it has renamed. */
const OLD_IMPORT = /\bfrom (utils|apps|main|config)(?=(?:\.[\w.]*)? import\b)/g;

/** A source as it is stored: `from utils import x` becomes `from open_webui.utils import x`. */
export const withCurrentImports = (code: string): string => code.replace(OLD_IMPORT, 'from open_webui.$1');
