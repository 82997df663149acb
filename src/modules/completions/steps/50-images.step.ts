import { Injectable } from '@nestjs/common';
import { ChatImageTextsService } from '../../chats/chat-image-texts.service';
import type { CompletionContext } from '../completion-context';
import type { CompletionStep } from './completion-step';

/** Images that clients name by the URL of a stored one go inside the request: the model cannot load them from here. */
@Injectable()
export class ImagesStep implements CompletionStep {
  constructor(private readonly images: ChatImageTextsService) {}

  async apply({ principal, body, messages }: CompletionContext): Promise<void> {
    const parts = await this.images.inlineParts(principal, messages);
    if (parts.some((message, index) => message !== messages[index])) body.messages = parts;
  }
}
