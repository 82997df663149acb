'use strict';

/** One text in, one HTML out: CommonMark without fences, raw HTML kept as far as it is harmless. */
const { parentPort, workerData } = require('node:worker_threads');
const MarkdownIt = require('markdown-it');
const sanitizeHtml = require('sanitize-html');

const markdown = new MarkdownIt('commonmark', { html: true }).disable(['fence']);

const html = sanitizeHtml(markdown.render(workerData), {
  allowedTags: [...sanitizeHtml.defaults.allowedTags, 'img', 'del', 'ins', 'details', 'summary'],
  allowedAttributes: {
    a: ['href', 'name', 'title'],
    img: ['src', 'alt', 'title', 'width', 'height'],
    code: ['class'],
    details: ['open'],
  },
  allowedSchemes: ['http', 'https', 'mailto', 'tel'],
  allowProtocolRelative: false,
  enforceHtmlBoundary: false,
});

parentPort.postMessage(html.trim());
