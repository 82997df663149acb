import { Injectable } from '@nestjs/common';
import { ShareableRepository } from '../access/shareable.repository';
import { Prompt } from './prompt.entity';

@Injectable()
export class PromptsRepository extends ShareableRepository<Prompt> {
  readonly resource = {
    type: 'prompt',
    entity: Prompt,
    id: 'command',
    owner: 'userId',
    order: { column: 'timestamp', direction: 'DESC', tie: 'seq' },
  } as const;
}
