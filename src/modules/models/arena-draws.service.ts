import { randomInt } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Caller } from '../access/access.types';
import { contestantsOf, type Arena } from './arena';
import { ModelsService } from './models.service';
import type { ResolvedModel } from './models.types';

/** Which model answers for an arena. */
@Injectable()
export class ArenaDrawsService {
  constructor(private readonly models: ModelsService) {}

  /** As `ModelsService.resolveUsable`, for chats: an arena is answered by one of its models, drawn anew each time. */
  async resolve(caller: Caller, id: string): Promise<ResolvedModel | null> {
    const arena = await this.models.findArena(caller, id);
    return arena ? this.draw(caller, arena) : this.models.resolveUsable(caller, id);
  }

  /** Null when there is nobody left to answer. Models that are named answer whoever may use them: that is the idea. */
  private async draw(caller: Caller, arena: Arena): Promise<ResolvedModel | null> {
    for (const id of shuffled(await this.contestants(caller, arena))) {
      const model = await this.models.resolve(id);
      if (model) return { ...model, id: arena.id, name: arena.name, drawnId: id };
    }
    return null;
  }

  private async contestants(caller: Caller, arena: Arena): Promise<string[]> {
    const chosen = contestantsOf(arena);
    if ('include' in chosen) return chosen.include;
    const excluded = new Set(chosen.exclude);
    return (await this.models.listContestants(caller)).filter((id) => !excluded.has(id));
  }
}

/** Each order is as likely as any other. */
function shuffled<T>(items: readonly T[]): T[] {
  const rest = [...items];
  return items.map(() => rest.splice(randomInt(rest.length), 1)).flat();
}
