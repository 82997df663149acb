import { randomInt } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { AccessPrincipal } from '../../access/access.types';
import { candidatesOf, type Arena } from './arena';
import { ModelsService } from '../models.service';
import type { ResolvedModel } from '../models.types';

/** Selects the model that replies for an arena. */
@Injectable()
export class ArenaSelectionService {
  constructor(private readonly models: ModelsService) {}

  /**
   * As `ModelsService.resolveUsable`, for chats: an arena resolves to one of its models, selected at random per
   * request.
   */
  async resolve(principal: AccessPrincipal, id: string): Promise<ResolvedModel | null> {
    const arena = await this.models.findArena(principal, id);
    return arena ? this.select(principal, arena) : this.models.resolveUsable(principal, id);
  }

  /**
   * Null when no model is left. Models in the arena's list are selected without an access check: that is its purpose.
   */
  private async select(principal: AccessPrincipal, arena: Arena): Promise<ResolvedModel | null> {
    for (const id of shuffled(await this.candidates(principal, arena))) {
      const model = await this.models.resolve(id);
      if (model) return { ...model, id: arena.id, name: arena.name, selectedId: id };
    }
    return null;
  }

  private async candidates(principal: AccessPrincipal, arena: Arena): Promise<string[]> {
    const chosen = candidatesOf(arena);
    if ('include' in chosen) return chosen.include;
    const excluded = new Set(chosen.exclude);
    return (await this.models.listCandidates(principal)).filter((id) => !excluded.has(id));
  }
}

/** All orders are equally likely. */
function shuffled<T>(items: readonly T[]): T[] {
  const rest = [...items];
  return items.map(() => rest.splice(randomInt(rest.length), 1)).flat();
}
