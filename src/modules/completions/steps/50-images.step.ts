import { Injectable } from '@nestjs/common';
import { ChatImageTextsService } from '../../chats/images/chat-image-texts.service';
import type { CompletionContext } from '../../pipeline/completion-context';
import { CompletionStep } from '../../pipeline/completion-step';

/** Puts stored images that the request names by URL into the request: a provider cannot load them from here. */
@Injectable()
@CompletionStep({ order: 50 })
export class ImagesStep implements CompletionStep {
  constructor(private readonly images: ChatImageTextsService) {}

  async apply(context: CompletionContext): Promise<void> {
    const { principal, messages } = context;
    const inlined = await this.images.inlineParts(principal, messages);
    if (inlined.some((message, index) => message !== messages[index]))
      context.body = { ...context.body, messages: inlined };
  }
}
