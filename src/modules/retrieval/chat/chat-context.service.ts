import { Injectable } from '@nestjs/common';
import type { CitedSource } from '../../providers/chat-provider';
import { DEFAULT_RAG_TEMPLATE } from '../search/rag-template';
import { SearchSettings } from '../search/search.settings';
import { countCitations, numberPassages, toContext, type CitedPassage } from './citations';
import { renderRagPrompt } from './rag-prompt';

/** What sources become in a prompt, and how a reply cites them. */
@Injectable()
export class ChatContextService {
  constructor(private readonly settings: SearchSettings) {}

  /** How many different numbers a reply can cite. */
  countOf(sources: readonly CitedSource[]): number {
    return countCitations(sources);
  }

  passagesOf(sources: readonly CitedSource[]): CitedPassage[] {
    return numberPassages(sources);
  }

  /** The instruction with all passages; null when there are none. `fill` replaces further variables of the template. */
  promptOf(sources: readonly CitedSource[], question: string, fill: (text: string) => string): string | null {
    const context = toContext(sources);
    if (context === '') return null;
    const template = this.settings.rag_template.trim() === '' ? DEFAULT_RAG_TEMPLATE : this.settings.rag_template;
    return renderRagPrompt(template, { context, query: question, fill });
  }
}
