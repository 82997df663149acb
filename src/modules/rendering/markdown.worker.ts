import MarkdownIt from 'markdown-it';
import sanitizeHtml from 'sanitize-html';
import { serveTask } from '../../platform/workers/serve-task';

const markdown = new MarkdownIt('commonmark', { html: true }).disable(['fence']);

/** One text in, one HTML out: CommonMark without fences, raw HTML kept as far as it is harmless. */
function* render(text: string): Generator<string, void> {
  const html = sanitizeHtml(markdown.render(text), {
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
  yield html.trim();
}

serveTask(render);
