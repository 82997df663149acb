import { Injectable } from '@nestjs/common';
import { withSystemText, type CompletionContext } from '../../pipeline/completion-context';
import { CompletionStep } from '../../pipeline/completion-step';
import { VOICE_PROMPT } from '../background/task-prompts';
import { TaskSettings } from '../background/task.settings';

/** In a voice call the model is told to answer as one speaks. */
@Injectable()
@CompletionStep({ order: 52 })
export class VoiceStep implements CompletionStep {
  constructor(private readonly settings: TaskSettings) {}

  apply(context: CompletionContext): void {
    const { voice_prompt_template: template } = this.settings;
    if (!context.features.voice || template === null) return;
    context.messages = withSystemText(context.messages, template || VOICE_PROMPT);
  }
}
