import { Injectable } from '@nestjs/common';
import type { Permission } from '../access/access-grant.entity';
import type { Caller } from '../access/access.types';
import { ShareableRepository } from '../access/shareable.repository';
import { Prompt } from './prompt.entity';

@Injectable()
export class PromptsRepository extends ShareableRepository<Prompt> {
  protected readonly resource = { type: 'prompt', entity: Prompt, id: 'command', owner: 'userId' } as const;

  /** Most recently changed first. */
  findAllFor(caller: Caller, level: Permission): Promise<Prompt[]> {
    return this.visibleTo(caller, level).orderBy('prompt.timestamp', 'DESC').addOrderBy('prompt.command').getMany();
  }

  async insert(prompt: Prompt): Promise<void> {
    await this.database.repository(Prompt).insert(prompt);
  }

  /** False when there is no such prompt. */
  async update(command: string, change: Partial<Prompt>): Promise<boolean> {
    const { affected } = await this.database.repository(Prompt).update({ command }, change);
    return affected === 1;
  }

  async delete(command: string): Promise<void> {
    await this.database.repository(Prompt).delete({ command });
  }
}
